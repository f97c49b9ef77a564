package businesscart

import (
	"fmt"
	"strings"
	"testing"

	"github.com/anishathalye/porcupine"

	"cartconform/spec"
	"cartconform/suites/stage"
)

// asked makes an event that was called and answered at the given moments; status 0
// is no answer, and shown -1 an answer that shows nothing.
func asked(called, returned int64, operation string, does deed, status int, shown int64) event {
	x := &spec.Exchange{Operation: operation, Called: called, Returned: returned, Attempts: 1}
	if status != 0 {
		x.Response = &spec.Response{Status: status}
	}
	e := event{Reply: &Reply{X: x, stage: &stage.Stage{}}, deed: does}
	if shown >= 0 {
		e.shows, e.shown = []int64{shown}, fmt.Sprint(shown)
	}
	return e
}

func to(n int64) deed   { return deed{sets, n} }
func more(n int64) deed { return deed{adds, n} }

var gone = deed{kind: clears}

// twice is an event that the transport had to send again.
func twice(e event) event {
	e.X.Attempts = 2
	return e
}

func TestHistories(t *testing.T) {
	many := []event{}
	for i := range int64(maybes + 1) {
		many = append(many, asked(2*i+1, 2*i+2, modifyItems, to(i), 503, -1))
	}
	for name, test := range map[string]struct {
		events []event
		want   porcupine.CheckResult
	}{
		"nothing": {nil, porcupine.Ok},
		"one after the other": {[]event{
			asked(1, 2, modifyItems, to(3), 200, 3), asked(3, 4, getItems, deed{}, 200, 3),
		}, porcupine.Ok},
		"a reading that is out of date": {[]event{
			asked(1, 2, modifyItems, to(3), 200, 3), asked(3, 4, getItems, deed{}, 200, 1),
		}, porcupine.Illegal},
		"a reading that overlaps sees the old": {[]event{
			asked(1, 4, modifyItems, to(3), 200, 3), asked(2, 3, getItems, deed{}, 200, 1), asked(5, 6, getItems, deed{}, 200, 3),
		}, porcupine.Ok},
		"or the new, but not the old again": {[]event{
			asked(1, 6, modifyItems, to(3), 200, 3), asked(2, 3, getItems, deed{}, 200, 3), asked(4, 5, getItems, deed{}, 200, 1),
		}, porcupine.Illegal},
		"either may be the last of two": {[]event{
			asked(1, 3, modifyItems, to(3), 200, 3), asked(2, 4, modifyItems, to(5), 200, 5), asked(5, 6, getItems, deed{}, 200, 3),
		}, porcupine.Ok},
		"but not their sum": {[]event{
			asked(1, 3, modifyItems, to(3), 200, 3), asked(2, 4, modifyItems, to(5), 200, 5), asked(5, 6, getItems, deed{}, 200, 7),
		}, porcupine.Illegal},
		"an answer may list the cart as it is later": {[]event{
			asked(1, 4, modifyItems, to(3), 200, 5), asked(2, 3, modifyItems, to(5), 200, 5),
		}, porcupine.Ok},
		"but not as it was before": {[]event{
			asked(1, 4, modifyItems, to(3), 200, 1), asked(2, 3, getItems, deed{}, 200, 1),
		}, porcupine.Illegal},
		"additions add up": {[]event{
			asked(1, 3, addItems, more(2), 200, 3), asked(2, 4, addItems, more(3), 200, 6), asked(5, 6, getItems, deed{}, 200, 6),
		}, porcupine.Ok},
		"one of them is lost": {[]event{
			asked(1, 3, addItems, more(2), 200, 3), asked(2, 4, addItems, more(3), 200, 4), asked(5, 6, getItems, deed{}, 200, 4),
		}, porcupine.Illegal},
		"what was turned away may be done": {[]event{
			asked(1, 2, modifyItems, to(3), 409, -1), asked(3, 4, getItems, deed{}, 200, 3),
		}, porcupine.Ok},
		"or not": {[]event{
			asked(1, 2, modifyItems, to(3), 409, -1), asked(3, 4, getItems, deed{}, 200, 1),
		}, porcupine.Ok},
		"or later": {[]event{
			asked(1, 2, modifyItems, to(3), 503, -1), asked(3, 4, getItems, deed{}, 200, 1), asked(5, 6, getItems, deed{}, 200, 3),
		}, porcupine.Ok},
		"what was sent again may be done twice": {[]event{
			twice(asked(1, 2, addItems, more(1), 200, 2)), asked(3, 4, getItems, deed{}, 200, 3),
		}, porcupine.Ok},
		"and not three times": {[]event{
			twice(asked(1, 2, addItems, more(1), 200, 2)), asked(3, 4, getItems, deed{}, 200, 4),
		}, porcupine.Illegal},
		"a line that is gone is not modified": {[]event{
			asked(1, 2, deleteItems, gone, 204, -1), asked(3, 4, modifyItems, to(3), 200, 0), asked(5, 6, getItems, deed{}, 200, 0),
		}, porcupine.Ok},
		"nor comes it back": {[]event{
			asked(1, 3, deleteItems, gone, 204, -1), asked(2, 4, modifyItems, to(3), 200, 3), asked(5, 6, getItems, deed{}, 200, 3),
		}, porcupine.Illegal},
		"too many that were turned away": {many, porcupine.Unknown},
	} {
		if got := (history{begin: 1, events: test.events}).explained(); got != test.want {
			t.Errorf("%s: wanted %s, got %s", name, test.want, got)
		}
	}
}

// What is shown is no more than what it takes to see that no order explains it.
func TestTheCoreOfAHistory(t *testing.T) {
	h := history{about: "the quantity of a line", begin: 1, events: []event{
		asked(1, 2, modifyItems, to(2), 200, 2),
		asked(3, 4, getItems, deed{}, 200, 2), // nothing overlaps it
		asked(5, 9, addItems, deed{}, 200, -1),
		asked(6, 7, modifyItems, to(3), 200, 3),
		asked(8, 10, getItems, deed{}, 200, 3),
		asked(11, 12, getItems, deed{}, 200, 2), // which no order explains
		asked(13, 14, modifyItems, to(4), 200, 4),
	}}
	core := h.core()
	want := `
    addItems: another line  |--|     200
    modifyItems: to 3        ||      200, shows 3
    getItems                    ||   200, shows 2`
	if got := "\n" + core.timeline(); core.begin != 2 || got != want {
		t.Errorf("wanted, from 2, %s\ngot, from %d, %s", want, core.begin, got)
	}
	if seen := core.seen(); !strings.HasSuffix(seen, "the last answer shows 2") {
		t.Errorf("wanted the last answer named, got %q", seen)
	}
	if explained, _ := FitSomeOrder().Match(h); explained {
		t.Error("wanted a history that does not match")
	}
}
