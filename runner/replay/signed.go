package replay

import (
	"slices"
	"strings"

	"cartconform/runner/redact"
	"cartconform/spec"
	"cartconform/spec/sigv2"
	"cartconform/spec/soap"
	"cartconform/spec/xmlform"
	"cartconform/suites/stage"
)

// accessKey names what stands for the secret key in a request.
const accessKey = "AWSAccessKeyId"

// signing are the names of what the transport adds to a call that it signs.
var signing = [...]string{accessKey, "Timestamp", sigv2.SignatureName}

// keyHidden reports whether a request was signed, and its access key was taken out
// of the recording.
func keyHidden(r spec.Request) bool {
	_, query, _ := strings.Cut(r.URL, "?")
	if slices.Contains(strings.Split(query, "&"), accessKey+"="+redact.Mark) {
		return true
	}
	message, err := soap.Unwrap(r.Body)
	return err == nil && slices.ContainsFunc(message.Header, func(e *xmlform.Element) bool {
		return e.Name.Space == sigv2.Namespace && e.Name.Local == accessKey && e.Text == redact.Mark
	})
}

// unsigned is a recorded request without what the transport added to sign it: when
// it was sent is not for the suite to say, and the keys are secrets.
func unsigned(r spec.Request, call stage.Call) spec.Request {
	if before, query, found := strings.Cut(r.URL, "?"); found {
		own := parametersOf(call.Query)
		parts := slices.DeleteFunc(strings.Split(query, "&"), func(part string) bool {
			name, _, _ := strings.Cut(part, "=")
			return slices.Contains(signing[:], name) && !slices.Contains(own, name)
		})
		if r.URL = before; len(parts) > 0 {
			r.URL += "?" + strings.Join(parts, "&")
		}
	}
	if message, err := soap.Unwrap(r.Body); err == nil {
		blocks := slices.DeleteFunc(slices.Clone(message.Header), func(e *xmlform.Element) bool { return e.Name.Space == sigv2.Namespace })
		if text, err := soap.Wrap(message.Version, blocks, message.Body); err == nil {
			r.Body = text
		}
	}
	return r
}

// sent is the request of an answer that is played again: what the suite asked, and
// what it was signed with when it was recorded.
func (p *Player) sent(recorded spec.Request, call stage.Call) spec.Request {
	out := recorded
	out.URL, out.Body = p.url(call), call.Body
	if asked := unsigned(recorded, call); asked.URL != recorded.URL {
		_, query, _ := strings.Cut(recorded.URL, "?")
		out.URL = p.part.BaseURL(call.Locale) + call.Path + "?" + query
	}
	if message, err := soap.Unwrap(recorded.Body); err == nil && slices.ContainsFunc(message.Header, func(e *xmlform.Element) bool { return e.Name.Space == sigv2.Namespace }) {
		out.Body = recorded.Body
	}
	return out
}

func parametersOf(query string) []string {
	var names []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		names = append(names, name)
	}
	return names
}
