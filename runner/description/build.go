package description

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"cartconform/suites/target"
)

// What holds where the file says nothing.
const (
	defaultTimeout  = 30 * time.Second
	defaultSettle   = 5 * time.Second
	defaultRate     = 2 // requests per second for each operation; the API's published plan
	defaultBurst    = 2
	defaultTokenURL = "https://api.amazon.com/auth/o2/token"
	defaultAddress  = "PhysicalAddress"
	defaultLocale   = "en_US"

	remoteRate   = 1 // requests per second of all operations; what an account of the Product Advertising API has at least
	remoteBurst  = 1
	remoteLocale = "US"
)

// builder turns the walked document into a Description. What it makes is of use
// only when no problem was found.
type builder struct {
	*walker
	out *Description
}

func build(name string, w *walker) *Description {
	b := builder{walker: w, out: &Description{Name: name, lines: w.lines, document: w.value}}
	var f file
	text, err := json.Marshal(w.value)
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	if err != nil {
		if len(w.found.list) == 0 {
			w.found.add(0, "", "%v", err)
		}
		return nil
	}
	if f.Target == nil {
		f.Target = &fileTarget{}
	} else {
		b.http(f)
	}
	b.target(f)
	if f.RemoteCart != nil {
		b.remoteCart(f)
	}
	b.rules(f)
	b.out.Secrets = append(b.out.Secrets, w.secrets()...)
	b.out.Digest = digest(b.out.Document())
	return b.out
}

// Document is the description in its canonical form: JSON with sorted keys, in
// which secrets are their variables' names. Parse reads it back.
func (d *Description) Document() []byte {
	text, err := json.Marshal(d.document)
	if err != nil { // maps, lists, texts and finite numbers always marshal
		panic(fmt.Sprintf("description: %v", err))
	}
	return text
}

// DigestOf is the Digest of the description with this Document, however it is
// indented.
func DigestOf(document []byte) (string, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return "", fmt.Errorf("read the target description's document: %w", err)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("write the target description's document: %w", err)
	}
	return digest(text), nil
}

func digest(document []byte) string {
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:])
}

// text is the value of a key with its variables resolved.
func (b builder) text(key, value string) string {
	if solved, ok := b.solved[key]; ok {
		return solved
	}
	return value
}

// duration reads a text that fits the schema's pattern.
func (b builder) duration(key, value string, fallback time.Duration) time.Duration {
	if value == "" || b.found.at(key) {
		return fallback
	}
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 {
		b.found.add(b.line(key), key, "%s: wanted a duration above zero such as 30s, got %q", key, value)
		return fallback
	}
	return d
}

// baseURL reads the URL at the key.
func (b builder) baseURL(key, value string) endpoint {
	if value == "" || b.found.at(key) {
		return endpoint{}
	}
	if variable.FindString(value) == value {
		value = b.text(key, value)
	}
	e, err := parseEndpoint(value, b.expand)
	if err != nil {
		b.found.add(b.line(key), key, "%s: %v", key, err)
	}
	for _, s := range e.secrets(variableName(key)) {
		if !slices.ContainsFunc(b.refs, func(r reference) bool { return r.value == s.Value }) {
			b.out.Secrets = append(b.out.Secrets, s)
		}
	}
	return e
}

// header reads the headers at the key.
func (b builder) header(key string, values map[string]string) http.Header {
	out := make(http.Header)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		path := join(key, name)
		value := b.text(path, values[name])
		canonical := http.CanonicalHeaderKey(name)
		switch {
		case !isToken(name):
			b.found.add(b.line(path), path, "%s: %q is no header name", key, name)
		case fixedHeader(canonical):
			b.found.add(b.line(path), path, "%s: header %s is set by the transport; leave it out", key, name)
		case !isFieldValue(value):
			b.found.add(b.line(path), path, "%s: a header's value holds no line breaks or other control characters", path)
		case out[canonical] != nil:
			b.found.add(b.line(path), path, "%s: header %s is there twice; keep one", key, name)
		default:
			out[canonical] = []string{value}
		}
	}
	return out
}

// fixedHeader reports whether the header says how a message is framed.
func fixedHeader(canonical string) bool {
	return slices.Contains([]string{"Connection", "Content-Length", "Transfer-Encoding", "Trailer", "Te", "Upgrade", "Keep-Alive"}, canonical)
}

// isToken reports whether the text may be a header's name.
func isToken(name string) bool {
	for _, r := range []byte(name) {
		if r <= ' ' || r >= 0x7f || slices.Contains([]byte(`"(),/:;<=>?@[\]{}`), r) {
			return false
		}
	}
	return name != ""
}

// isFieldValue reports whether the text may be a header's value.
func isFieldValue(value string) bool {
	for _, c := range []byte(value) {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

func (b builder) http(f file) {
	t := f.Target
	e := b.baseURL("target.baseURL", t.BaseURL)
	h := HTTP{
		BaseURL:    e.url,
		Headers:    b.header("target.headers", t.Headers),
		BadHeaders: b.header("target.badHeaders", t.BadHeaders),
		Timeout:    b.duration("target.timeout", t.Timeout, defaultTimeout),
	}
	if e.authorization != "" {
		if h.Headers.Get("Authorization") != "" {
			b.found.add(b.line("target.baseURL"), "target.baseURL", "target.baseURL: its user-info and target.headers.Authorization are both credentials; keep one")
		}
		h.Headers.Set("Authorization", e.authorization)
		b.out.basic = true
	}
	h.RequestsPerSecond, h.Burst = pace(f.Profile, t.RateLimit, defaultRate, defaultBurst)
	if t.Auth != nil {
		h.Auth = b.lwa(t.Auth.LWA)
		if h.Headers.Get("X-Amz-Access-Token") != "" {
			b.found.add(b.line("target.auth.lwa"), "target.auth.lwa", "target.auth.lwa and target.headers.x-amz-access-token both give the access token; keep one")
		}
	}
	b.out.HTTP = h
}

// pace is what the file says, or what holds without: no limit for a controlled target.
func pace(profile string, limit *fileRateLimit, rate float64, burst int) (perSecond float64, atOnce int) {
	switch {
	case limit != nil:
		if limit.Burst != nil {
			burst = max(1, *limit.Burst)
		}
		return limit.RequestsPerSecond, burst
	case profile == string(target.Controlled):
		return 0, 1
	}
	return rate, burst
}

// spacing is the time between two requests at a pace; 0 without one.
func spacing(perSecond float64) time.Duration {
	if perSecond <= 0 {
		return 0
	}
	return time.Duration(float64(time.Second) / perSecond)
}

func (b builder) lwa(f fileLWA) *LWA {
	const key = "target.auth.lwa"
	out := &LWA{
		ClientID:     b.text(key+".clientId", f.ClientID),
		ClientSecret: b.text(key+".clientSecret", f.ClientSecret),
		RefreshToken: b.text(key+".refreshToken", f.RefreshToken),
		TokenURL:     defaultTokenURL,
	}
	if e := b.baseURL(key+".tokenURL", f.TokenURL); e.url != nil {
		out.TokenURL = e.url.String()
		if e.authorization != "" {
			b.found.add(b.line(key+".tokenURL"), key+".tokenURL", "%s.tokenURL: wanted a URL without user-info", key)
		}
	}
	return out
}

// documentAt is the document with another base URL in a section.
func (d *Description) documentAt(section, baseURL string) map[string]any {
	document := maps.Clone(d.document)
	changed, _ := document[section].(map[string]any)
	changed = maps.Clone(changed)
	changed["baseURL"] = baseURL
	document[section] = changed
	return document
}

// unescaped is a user-info that was typed as part of a URL.
func unescaped(info string) string {
	if decoded, err := url.PathUnescape(info); err == nil {
		return decoded
	}
	return info
}

// WithTarget returns a copy of the description for the Business Cart API at
// another base URL; credentials and data stay. A password in the URL becomes
// one of the Secrets.
func (d *Description) WithTarget(baseURL string) (*Description, error) {
	if !d.BusinessCart() {
		return nil, fmt.Errorf("target: wanted the section target in %s, which says what the Business Cart API there holds, got none", d.Name)
	}
	e, err := parseEndpoint(baseURL, unescaped)
	if err != nil {
		return nil, fmt.Errorf("target: %w", err)
	}
	out := *d
	out.HTTP.BaseURL = e.url
	out.HTTP.Headers = d.HTTP.Headers.Clone()
	out.basic = e.authorization != ""
	if out.basic {
		out.HTTP.Headers.Set("Authorization", e.authorization)
	} else if d.basic {
		out.HTTP.Headers.Del("Authorization")
	}
	out.Secrets = append(slices.Clone(d.Secrets), e.secrets("TARGET")...)
	out.document = d.documentAt("target", e.url.String())
	out.Digest = digest(out.Document())
	return &out, nil
}

// WithRemoteCart returns a copy of the description for the remote cart at another
// base URL, at which its other locales stand too. It has the section, and the URL no
// user-info.
func (d *Description) WithRemoteCart(baseURL string) (*Description, error) {
	e, err := parseEndpoint(baseURL, unescaped)
	if err != nil {
		return nil, fmt.Errorf("remote cart: %w", err)
	}
	if d.RemoteCart == nil || e.userInfo != "" {
		return nil, fmt.Errorf("remote cart: wanted the section remoteCart in %s and a URL without user-info", d.Name)
	}
	out, remote := *d, *d.RemoteCart
	remote.HTTP.BaseURL = e.url
	remote.Locales = maps.Clone(remote.Locales)
	for name, l := range remote.Locales {
		l.BaseURL = e.url
		remote.Locales[name] = l
	}
	out.RemoteCart = &remote
	out.document = d.documentAt("remoteCart", e.url.String())
	section, _ := out.document["remoteCart"].(map[string]any)
	if others, _ := section["otherLocales"].([]any); len(others) > 0 {
		moved := make([]any, len(others))
		for i, other := range others {
			entry, _ := other.(map[string]any)
			entry = maps.Clone(entry)
			entry["baseURL"] = e.url.String()
			moved[i] = entry
		}
		section["otherLocales"] = moved
	}
	out.Digest = digest(out.Document())
	return &out, nil
}

// WithoutRemoteCart returns a copy of the description without the section remoteCart.
func (d *Description) WithoutRemoteCart() *Description {
	out := *d
	out.RemoteCart, out.Target.Remote = nil, nil
	out.document = maps.Clone(d.document)
	delete(out.document, "remoteCart")
	out.Digest = digest(out.Document())
	return &out
}
