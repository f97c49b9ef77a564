package replay_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"cartconform/runner/replay"
	"cartconform/runner/report"
	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/stage"
)

const base = "https://cart.example.com/api"

// whole is all of a recording.
var whole = replay.Part{Of: func(string) bool { return true }, BaseURL: func(string) string { return base }}

// call is what the spec "changes" asks with its second request.
func call() stage.Call {
	return stage.Call{
		Operation: "modifyItems", Method: http.MethodPatch, Path: "/carts/c-1/items", Query: "region=US",
		Header: http.Header{"X-Amz-User-Email": {"a@example.com"}, "X-Key": {"from a variable"}},
		Body:   []byte(`{"quantity":3}`), Spec: "changes", Lane: 1, Ordinal: 2,
	}
}

// exchange is its recording.
func exchange() spec.Exchange {
	return spec.Exchange{
		ID: "x-w2-000007", Operation: "modifyItems", Spec: "changes", Lane: 1, Ordinal: 2, Credentials: "valid", Attempts: 2,
		Request: spec.Request{Method: http.MethodPatch, URL: base + "/carts/c-1/items?region=US", Body: []byte(`{"quantity":3}`), Header: http.Header{
			"X-Amz-User-Email": {"a@example.com"}, "X-Key": {"[redacted]"}, "Authorization": {"[redacted]"}, "User-Agent": {"cartconform/9"},
		}},
		Response: &spec.Response{Proto: "HTTP/1.1", Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{}`)},
	}
}

func recording(exchanges ...spec.Exchange) *replay.Recording {
	row := func(specs ...report.Spec) report.Requirement { return report.Requirement{Specs: specs} }
	return &replay.Recording{Exchanges: exchanges, Report: report.Report{Requirements: []report.Requirement{
		row(report.Spec{Name: "changes", File: "f.go", Outcome: "passed", Lane: 1, Process: "w2", Calls: 4, Start: record.Start{Cart: "c-1"}}),
		row(report.Spec{Name: "was cut off", File: "f.go", Outcome: "not-run", Process: "w1", Calls: 1},
			report.Spec{Name: "did not begin", Outcome: "not-run"}),
		row(report.Spec{Name: "of a shard", File: "f.go", Outcome: "failed", Process: "s12w3", Calls: 2}),
	}}}
}

// A recorded exchange answers the call that it was the answer to, as it was.
func TestAnswers(t *testing.T) {
	want := exchange()
	got := replay.New(recording(want), whole).Send(t.Context(), call())
	if got.Err != nil || got.ID != want.ID || got.Attempts != 2 || string(got.Response.Body) != "{}" {
		t.Errorf("wanted the recorded exchange, got %+v", got)
	}
}

// It answers no other call, however like it is.
func TestAnswersNothingElse(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*spec.Exchange)
		says   string
	}{
		"another method":       {func(x *spec.Exchange) { x.Request.Method = "PUT" }, "it holds PUT https://cart.example.com/api/carts/c-1/items?region=US"},
		"another cart":         {func(x *spec.Exchange) { x.Request.URL = base + "/carts/c-2/items?region=US" }, "it holds PATCH https://cart.example.com/api/carts/c-2/items?region=US"},
		"another query":        {func(x *spec.Exchange) { x.Request.URL += "&x=1" }, "it holds PATCH"},
		"another body":         {func(x *spec.Exchange) { x.Request.Body = []byte(`{"quantity":4}`) }, "another body"},
		"no body":              {func(x *spec.Exchange) { x.Request.Body = nil }, "another body"},
		"another buyer":        {func(x *spec.Exchange) { x.Request.Header.Set("X-Amz-User-Email", "b@example.com") }, "another header X-Amz-User-Email"},
		"no buyer":             {func(x *spec.Exchange) { x.Request.Header.Del("X-Amz-User-Email") }, "another header X-Amz-User-Email"},
		"other credentials":    {func(x *spec.Exchange) { x.Credentials = "bad" }, "bad credentials"},
		"no credentials":       {func(x *spec.Exchange) { x.Credentials = "none" }, "none credentials"},
		"another spec":         {func(x *spec.Exchange) { x.Spec = "reads" }, "the recording lacks PATCH"},
		"after the end":        {func(x *spec.Exchange) { x.Spec = "changes (afterwards)" }, "it holds PATCH"},
		"another lane":         {func(x *spec.Exchange) { x.Lane = 2 }, "the recording lacks PATCH"},
		"another time":         {func(x *spec.Exchange) { x.Ordinal = 3 }, "the recording lacks PATCH /carts/c-1/items?region=US, request 2"},
		"another shard":        {func(x *spec.Exchange) { x.ID = "x-s1w2-000007" }, "the recording lacks PATCH"},
		"a torn JSON document": {func(x *spec.Exchange) { x.Response.Body = []byte(`{"n":[redacted]}`) }, "a secret was taken out"},
	} {
		x := exchange()
		test.change(&x)
		player := replay.New(recording(x), whole)
		got := player.Send(t.Context(), call())
		var lost *stage.Unrecorded
		if !errors.As(got.Err, &lost) || got.Response != nil || got.ID != "" || !strings.Contains(lost.Text, test.says) || !strings.Contains(lost.Text, "request 2") {
			t.Errorf("%s: wanted no answer because of %q, got %v, %v", name, test.says, got.Response, got.Err)
		}
		if player.Unrecorded() != 1 {
			t.Errorf("%s: wanted 1 unrecorded request, got %d", name, player.Unrecorded())
		}
		again := call()
		again.Ordinal++
		if player.Send(t.Context(), again); player.Unrecorded() != 1 {
			t.Errorf("%s: wanted what comes after a request that is missing not counted, got %d", name, player.Unrecorded())
		}
	}
	if got := replay.New(recording(exchange(), exchange()), whole).Send(t.Context(), call()); got.Err == nil || !strings.Contains(got.Err.Error(), "more than once") {
		t.Errorf("wanted no answer where there are two, got %v", got.Err)
	}
}

// An answer that a secret was taken out of is marked, whatever its request held.
func TestMasked(t *testing.T) {
	x := exchange()
	x.Request.URL = strings.Replace(x.Request.URL, "carts", "[redacted]s", 1)
	got := replay.New(recording(x), whole).Send(t.Context(), call())
	if got.Err != nil || got.Masked || got.Request.URL != base+"/carts/c-1/items?region=US" {
		t.Errorf("wanted the request as it was sent and the answer not masked, got %+v", got)
	}
	x.Response.Body = []byte(`{"[redacted]":1}`)
	if got := replay.New(recording(x), whole).Send(t.Context(), call()); got.Err != nil || !got.Masked {
		t.Errorf("wanted a masked answer, got %+v", got)
	}
}

// What was redacted may have been anything, and what surrounds it may not.
func TestRedactedMayBeAnything(t *testing.T) {
	for _, test := range []struct {
		recorded, given string
		same            bool
	}{
		{"[redacted]", "anything", true},
		{"Bearer [redacted]", "Bearer s3cret", true},
		{"Bearer [redacted]", "Basic s3cret", false},
		{"a[redacted]b[redacted]c", "a1b2c", true},
		{"a[redacted]b[redacted]c", "a1c", false},
		{"a[redacted]a", "a", false},
		{"[redacted]@example.com", "buyer1@example.com", true},
		{"plain", "plain", true},
		{"plain", "[redacted]", false},
	} {
		x := exchange()
		x.Request.Header.Set("X-Key", test.recorded)
		c := call()
		c.Header.Set("X-Key", test.given)
		if got := replay.New(recording(x), whole).Send(t.Context(), c); (got.Err == nil) != test.same {
			t.Errorf("%q for %q: wanted it taken: %v, got %v", test.given, test.recorded, test.same, got.Err)
		}
	}
}

// A spec asks once more as often as it did; where it cannot be told, asking shows
// that the recording lacks the request.
func TestAgain(t *testing.T) {
	first, second := exchange(), exchange()
	first.Ordinal, second.Ordinal, second.Again = 1, 2, true
	second.Spec = "changes (afterwards)"
	player := replay.New(recording(first, second), whole)
	for _, test := range []struct {
		spec    string
		ordinal int
		want    bool
	}{
		{"changes", 1, false},
		{"changes", 2, true},
		{"changes (afterwards)", 2, true},
		{"changes", 4, true},     // it made four requests: one is missing
		{"changes", 5, false},    // and no fifth: its patience was over
		{"was cut off", 2, true}, // whatever it would have asked
		{"did not begin", 1, false},
		{"preflight", 1, false},
	} {
		if got := player.Again(test.spec, test.ordinal); got != test.want {
			t.Errorf("%s, request %d: wanted %v, got %v", test.spec, test.ordinal, test.want, got)
		}
	}
}

// A spec begins as it did, in its shard, once the preflight was played again.
func TestCue(t *testing.T) {
	x := exchange()
	x.ID, x.Spec, x.Lane, x.Ordinal = "x-s12p-000001", "preflight", 0, 1
	player := replay.New(recording(x), whole)
	if shards := player.Shards(); len(shards) != 2 || shards[0] != "" || shards[1] != "s12" {
		t.Errorf("wanted no shard and s12, got %q", shards)
	}
	if _, ok := player.Cue("changes"); ok {
		t.Error("wanted no spec played before its preflight was")
	}
	player.Rehearsed("", replay.Backdrop{Doubts: map[string]string{"key": "why"}})
	cue, ok := player.Cue("changes")
	if !ok || cue.Lane != 1 || cue.Process != "w2" || cue.Calls != 4 || cue.Start.Cart != "c-1" || cue.Doubts["key"] != "why" || cue.Interrupted {
		t.Errorf("wanted the spec as it began, got %+v, %v", cue, ok)
	}
	if cue, ok := player.Cue("was cut off"); !ok || !cue.Interrupted {
		t.Errorf("wanted a spec that was cut off played as such, got %+v, %v", cue, ok)
	}
	for _, name := range []string{"did not begin", "of a shard", "unknown"} {
		if _, ok := player.Cue(name); ok {
			t.Errorf("%s: wanted it not played", name)
		}
	}
	asked := call()
	asked.Spec, asked.Lane, asked.Ordinal = "preflight", 0, 1
	if got := player.Of("s12").Send(t.Context(), asked); got.Err != nil || player.Preflight("s12") != "" {
		t.Errorf("wanted the shard's preflight answered, got %v", got.Err)
	}
	if got := player.Of("").Send(t.Context(), asked); got.Err == nil || !strings.Contains(player.Preflight(""), "PATCH /carts/c-1/items") {
		t.Errorf("wanted the preflight of another not answered, got %v", got.Response)
	}
}
