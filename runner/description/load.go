package description

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// largest is the size in bytes of the largest description that is read.
const largest = 1 << 20

// Load reads the description in the file. env looks environment variables up,
// as os.LookupEnv does; nil knows none. What is wrong with the content is an
// *Error.
func Load(path string, env func(string) (string, bool)) (*Description, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read target description: %w", err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, largest+1))
	if err != nil {
		return nil, fmt.Errorf("read target description: %w", err)
	}
	return Parse(path, content, env)
}

// Parse reads a description. The name stands in messages in the file's place;
// env is that of Load. What is wrong with the content is an *Error.
func Parse(name string, content []byte, env func(string) (string, bool)) (*Description, error) {
	if env == nil {
		env = func(string) (string, bool) { return "", false }
	}
	found := &problems{file: name}
	root := parseYAML(content, found)
	if root == nil {
		return nil, found.err()
	}
	w := walk(root, env, found)
	validate(w)
	d := build(name, w)
	if err := found.err(); err != nil {
		return nil, err
	}
	return d, nil
}

// parseYAML returns the mapping that the content holds, or nil and a problem.
func parseYAML(content []byte, found *problems) *yaml.Node {
	if len(content) > largest {
		found.add(0, "", "the description is longer than %d bytes", largest)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var document, second yaml.Node
	switch err := decode(decoder, &document); {
	case errors.Is(err, io.EOF):
		found.add(0, "", "the description is empty; `cartconform init` writes one to start from")
		return nil
	case err != nil:
		line, text := yamlError(err)
		found.add(line, "", "%s", text)
		return nil
	}
	if err := decode(decoder, &second); err == nil {
		found.add(second.Line, "", "a second document starts here; wanted one description per file")
		return nil
	} else if !errors.Is(err, io.EOF) {
		line, text := yamlError(err)
		found.add(line, "", "%s", text)
		return nil
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		found.add(1, "", "wanted keys such as target and lanes, got %s", kindOf(&document))
		return nil
	}
	return document.Content[0]
}

// decode reads the next document; a panic of the YAML package is an error.
func decode(decoder *yaml.Decoder, node *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	return decoder.Decode(node)
}

// yamlError takes the line out of an error of the YAML package.
func yamlError(err error) (int, string) {
	match := regexp.MustCompile(`^yaml: (?:line (\d+): )?(?s)(.*)$`).FindStringSubmatch(err.Error())
	if match == nil {
		return 0, "not yaml: " + err.Error()
	}
	line, _ := strconv.Atoi(match[1]) // "" is line 0: the whole file
	return line, "not yaml: " + match[2]
}
