package description

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"cartconform/runner/redact"
)

// variable is one reference to an environment variable.
var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// resolve checks the ${NAME} in a text against what its key allows, and looks
// the values up. The value that it returns keeps the names.
func (w *walker) resolve(n *yaml.Node, s *schema, key string) (any, bool) {
	names := variable.FindAllStringSubmatch(n.Value, -1)
	secret := s.Env == "secret" || s.Env == "header" && credential(key)
	switch {
	case s.Env == "secret" && (len(names) != 1 || names[0][0] != n.Value),
		secret && len(names) == 0:
		w.found.add(n.Line, key, "%s: %s", key, wantVariable(key))
		return nil, false
	case strings.Contains(variable.ReplaceAllString(n.Value, ""), "${"):
		w.found.add(n.Line, key, "%s: a reference to an environment variable is not closed or has an invalid name; write ${NAME}", key)
		return nil, false
	case s.Env == "url" && literalPassword(n.Value):
		w.found.add(n.Line, key, "%s: a password is not written into the file; write https://${TARGET_USER}:${TARGET_PASSWORD}@host and export both", key)
		return nil, false
	case len(names) == 0:
		return n.Value, true
	case s.Env == "":
		w.found.add(n.Line, key, "%s: ${%s} is not read here; environment variables are read in headers, credentials and base URLs", key, names[0][1])
		return nil, false
	case s.Env == "url" && !urlReferences(n.Value):
		w.found.add(n.Line, key, "%s: environment variables are read in the user-info of a URL, as in https://${USER}:${PASSWORD}@host, or as the whole value", key)
		return nil, false
	}
	return n.Value, w.lookUp(n, key, names)
}

// lookUp resolves the variables of a text.
func (w *walker) lookUp(n *yaml.Node, key string, names [][]string) bool {
	values := make(map[string]string)
	good := true
	for _, match := range names {
		name := match[1]
		if _, known := values[name]; known {
			continue
		}
		value, set := w.env(name)
		switch {
		case !set:
			w.found.add(n.Line, key, "%s: environment variable %s is not set; export it before the run", key, name)
		case strings.TrimSpace(value) == "":
			w.found.add(n.Line, key, "%s: environment variable %s is empty", key, name)
		case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }):
			w.found.add(n.Line, key, "%s: environment variable %s holds a line break or another control character; export it without", key, name)
		default:
			values[name] = value
			w.refs = append(w.refs, reference{key: key, name: name, value: value})
			continue
		}
		good = false
	}
	if good {
		for _, match := range names {
			w.variables[match[1]] = values[match[1]]
		}
		w.solved[key] = w.expand(n.Value)
	}
	return good
}

// expand replaces the variables in a text, which were looked up before.
func (w *walker) expand(text string) string {
	return variable.ReplaceAllStringFunc(text, func(ref string) string { return w.variables[ref[2:len(ref)-1]] })
}

// secrets lists the values that were looked up, without those that are a whole
// base URL, each once.
func (w *walker) secrets() []redact.Secret {
	var out []redact.Secret
	seen := make(map[reference]bool)
	for _, ref := range w.refs {
		if w.schemas[ref.key].Env == "url" && ref.value == w.solved[ref.key] {
			continue
		}
		id := reference{name: ref.name}
		if !seen[id] {
			seen[id] = true
			out = append(out, redact.Secret{Name: ref.name, Value: ref.value})
		}
	}
	return out
}

// credential reports whether the header that a key path ends in looks like a
// credential.
func credential(key string) bool { return redact.Credential(lastKey(key)) }

// lastKey is the name that a key path ends in; header names may have dots.
func lastKey(key string) string {
	if i := strings.Index(key, "headers."); i >= 0 {
		return key[i+len("headers."):]
	}
	return key[strings.LastIndexByte(key, '.')+1:]
}

// wantVariable says what to write in the place of a literal secret. It does not
// repeat the literal.
func wantVariable(key string) string {
	name := strings.TrimPrefix(variableName(lastKey(key)), "X_")
	return "a secret is not written into the file; write \"${" + name + "}\" and export " + name
}

// variableName turns "clientSecret" and "x-amz-access-token" into CLIENT_SECRET
// and X_AMZ_ACCESS_TOKEN.
func variableName(key string) string {
	var out strings.Builder
	for i, r := range key {
		switch {
		case r >= 'A' && r <= 'Z':
			if i > 0 && key[i-1] >= 'a' && key[i-1] <= 'z' {
				out.WriteByte('_')
			}
			out.WriteRune(r)
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9' && i > 0:
			out.WriteString(strings.ToUpper(string(r)))
		default:
			out.WriteByte('_')
		}
	}
	return out.String()
}
