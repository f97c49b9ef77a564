package businesscart

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"cartconform/spec"

	"cartconform/suites/stage"
)

// story tells a walk: each step with what was expected, and each request with what
// came.
func (j *journey) story(f finding, again string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "The shortest way that was found, out of %d steps that were drawn with --seed %d, takes %d requests; a script in the folder sequences of the report sends them again. %s\n",
		j.drawn, j.stage.Seed(), len(f.asked), again)
	for i, step := range f.told() {
		fmt.Fprintf(&b, "%d. %s (expected: %s)\n", i+1, step.text, step.wanted)
		for _, x := range step.asked {
			fmt.Fprintf(&b, "   %s\n", inOneLine(x))
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// told is a step of a walk and the requests that it sent.
type told struct {
	entry
	asked []*spec.Exchange
}

// told tells the walk as far as the request that shows what is wrong.
func (f finding) told() []told {
	var steps []told
	for i, e := range f.diary {
		from, to := max(0, e.sent-f.start), len(f.asked)
		if i > 0 && from >= len(f.asked) {
			break // it only tells whose mistake it is
		}
		if i+1 < len(f.diary) {
			to = min(to, max(0, f.diary[i+1].sent-f.start))
		}
		steps = append(steps, told{e, f.asked[min(from, to):to]})
	}
	return steps
}

// steps tells the walk in a few words a step.
func (f finding) steps() []string {
	var steps []string
	for _, step := range f.told() {
		steps = append(steps, step.text)
	}
	return steps
}

// inOneLine tells a request and what came.
func inOneLine(x *spec.Exchange) string {
	text := x.Request.Method + " " + pathOf(x.Request.URL)
	if len(x.Request.Body) > 0 && x.Operation != estimate { // an address is long, and always the same
		text += " " + stage.Short(string(x.Request.Body))
	}
	return text + " → " + came(x)
}

// came says what an answer showed, in a few words.
func came(x *spec.Exchange) string {
	if x.Response == nil {
		return "no answer"
	}
	var doc map[string]any
	decoder := json.NewDecoder(bytes.NewReader(x.Response.Body))
	decoder.UseNumber()
	if decoder.Decode(&doc) != nil {
		doc = nil
	}
	r := &Reply{X: x, Doc: doc}
	if _, ok := r.Array("items"); ok && len(r.Rejected()) == 0 {
		return fmt.Sprintf("%d: %s", r.Status(), briefly(r.Lines()))
	}
	return r.Says()
}

// pathOf gives path and query of a URL.
func pathOf(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.RequestURI()
	}
	return address
}

// briefly tells products and quantities alone.
func briefly(lines []Line) string {
	if len(lines) == 0 {
		return "no lines"
	}
	texts := make([]string, len(lines))
	for i, line := range lines {
		texts[i] = fmt.Sprintf("%d × %s", line.Quantity, stage.Short(line.Product))
	}
	return strings.Join(texts, ", ")
}
