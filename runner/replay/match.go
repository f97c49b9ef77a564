package replay

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"cartconform/runner/redact"
	"cartconform/spec"
	"cartconform/suites/stage"
)

// differs says how a call differs from what was recorded in its place, in what
// the suites decide about; "" when it does not. Credentials are known to the
// transport alone, and secrets to nobody: what was redacted may have been anything.
func (p *Player) differs(x *spec.Exchange, call stage.Call) string {
	holds := func(what string) string {
		return fmt.Sprintf("the recording lacks %s as request %d: it holds %s", line(call), call.Ordinal, what)
	}
	switch asked := unsigned(x.Request, call); {
	case x.Spec != call.Spec, x.Request.Method != call.Method, !same(asked.URL, p.url(call)):
		return holds(x.Request.Method + " " + x.Request.URL)
	case (x.Request.Body == nil) != (call.Body == nil), !same(string(asked.Body), string(unsigned(spec.Request{Body: call.Body}, call).Body)):
		return holds("it with another body")
	case x.Credentials != call.Presented():
		return holds("it with " + x.Credentials + " credentials")
	}
	for name, values := range call.Header {
		if !slices.EqualFunc(x.Request.Header[name], values, same) {
			return holds("it with another header " + name)
		}
	}
	if unreadable(x) {
		return fmt.Sprintf("the answer to %s, request %d, cannot be judged as it was recorded: a secret was taken out of it", line(call), call.Ordinal)
	}
	return ""
}

// same reports whether a recorded text may be the given one: a mark in it stands
// for a secret, which may have been anything.
func same(recorded, given string) bool { return recorded == given || covers(recorded, given) }

// covers reports whether a text is what a pattern says, in which each mark stands
// for any text.
func covers(pattern, text string) bool {
	parts := strings.Split(pattern, redact.Mark)
	last := len(parts) - 1
	if last == 0 || !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for _, part := range parts[1:last] {
		_, after, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = after
	}
	return strings.HasSuffix(text, parts[last])
}

// masked reports whether a secret was taken out of what an answer says: then it is
// not what was judged when it was recorded. Answers to signed requests repeat the
// access key, which stands in the request too: where it is a secret, all of them
// would be masked, and nothing could be held against any.
func masked(x *spec.Exchange) bool {
	if x.Response == nil || keyHidden(x.Request) {
		return false
	}
	text := string(x.Response.Body)
	for name, values := range x.Response.Header {
		if strings.HasPrefix(name, "Content-") {
			text += strings.Join(values, " ")
		}
	}
	return strings.Contains(text, redact.Mark)
}

// unreadable reports whether an answer was JSON before a secret was taken out of
// it: outside of a text, a mark is none.
func unreadable(x *spec.Exchange) bool {
	if x.Response == nil || !strings.Contains(x.Response.Header.Get("Content-Type"), "json") {
		return false
	}
	body := x.Response.Body
	return strings.Contains(string(body), redact.Mark) && !json.Valid(body)
}
