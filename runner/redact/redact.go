// Package redact keeps secrets out of everything that is shown or stored: each
// secret is replaced wherever it appears, plain or in an encoding that a target
// may echo it in.
package redact

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"cartconform/spec"
)

// Mark stands where a secret was.
const Mark = "[redacted]"

// shortest is the length in bytes of the shortest secret that is replaced;
// shorter ones would tear ordinary text apart.
const shortest = 4

// Secret is one value that must not be shown.
type Secret struct {
	Name  string // environment variable that holds it, e.g. "AMZ_ACCESS_TOKEN"
	Value string
}

// String shows the name alone, so that a printed secret shows nothing.
func (s Secret) String() string { return "${" + s.Name + "}" }

// GoString is String, for %#v.
func (s Secret) GoString() string { return s.String() }

// Redactor replaces secrets. A nil Redactor knows no secret, and still redacts
// the headers that always hold credentials. It is safe for concurrent use.
type Redactor struct {
	adding sync.Mutex // held while a new table is made
	table  atomic.Pointer[table]
}

// table is what follows from one set of secrets; it never changes.
type table struct {
	secrets []Secret // with a value long enough, longest first
	index   *index   // of every form of every secret
	traces  *traces
}

// New makes a redactor for the secrets. Values shorter than 4 bytes are left
// alone in text.
func New(secrets []Secret) *Redactor {
	r := new(Redactor)
	r.table.Store(newTable(secrets))
	return r
}

// Add makes the redactor know one more secret, e.g. an access token that was
// fetched during the run.
func (r *Redactor) Add(secret Secret) {
	r.adding.Lock()
	defer r.adding.Unlock()
	known := r.table.Load().secrets
	if slices.ContainsFunc(known, func(s Secret) bool { return s.Value == secret.Value }) {
		return
	}
	r.table.Store(newTable(append(slices.Clone(known), secret)))
}

func newTable(secrets []Secret) *table {
	t := new(table)
	for _, s := range secrets {
		if len(s.Value) >= shortest {
			t.secrets = append(t.secrets, s)
		}
	}
	slices.SortStableFunc(t.secrets, func(a, b Secret) int { return len(b.Value) - len(a.Value) })
	t.index, t.traces = newIndex(t.secrets), newTraces(t.secrets)
	return t
}

// current is the table in force; the one of a nil Redactor is empty.
func (r *Redactor) current() *table {
	if r == nil {
		return &table{}
	}
	return r.table.Load()
}

// String returns s with each secret replaced by Mark.
func (r *Redactor) String(s string) string { return r.current().replace(s) }

// Bytes returns b with each secret replaced by Mark. It returns b itself when
// nothing was replaced, and nil for nil.
func (r *Redactor) Bytes(b []byte) []byte {
	if len(b) == 0 {
		return b
	}
	before := string(b)
	after := r.String(before)
	if after == before {
		return b
	}
	return []byte(after)
}

// Header returns a copy of h with each secret replaced, and with every value of
// a header that always holds credentials replaced as a whole.
func (r *Redactor) Header(h http.Header) http.Header {
	if h == nil {
		return nil
	}
	out := make(http.Header, len(h))
	for name, values := range h {
		redacted := make([]string, len(values))
		for i, value := range values {
			if always(name) {
				redacted[i] = Mark
			} else {
				redacted[i] = r.String(value)
			}
		}
		out[r.String(name)] = redacted
	}
	return out
}

// Exchange returns a copy of x that may be shown and stored. The copy shares
// the bodies of x where they hold no secret.
func (r *Redactor) Exchange(x *spec.Exchange) *spec.Exchange {
	out := *x
	out.Spec = r.String(x.Spec)
	out.Request.URL = r.String(x.Request.URL)
	out.Request.Header = r.Header(x.Request.Header)
	out.Request.Body = r.Bytes(x.Request.Body)
	if x.Response != nil {
		response := *x.Response
		response.Header = r.Header(x.Response.Header)
		response.Body = r.Bytes(x.Response.Body)
		out.Response = &response
	}
	if x.Err != nil {
		if text := r.String(x.Err.Error()); text != x.Err.Error() {
			out.Err = errors.New(text)
		}
	}
	return &out
}

// always reports whether the header's values are credentials, whatever they say.
func always(name string) bool {
	switch strings.ToLower(name) {
	case "authorization", "proxy-authorization", "cookie", "set-cookie", "x-amz-access-token":
		return true
	}
	return false
}

// Credential reports whether a request header looks like one that holds a
// credential: Authorization, Cookie, x-amz-access-token, and every name with
// token, secret, key or password in it. Case does not matter.
func Credential(name string) bool {
	if always(name) {
		return true
	}
	name = strings.ToLower(name)
	for _, part := range []string{"token", "secret", "key", "password"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
