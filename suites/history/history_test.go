package history

import (
	"fmt"
	"strings"
	"testing"

	"github.com/anishathalye/porcupine"

	"cartconform/spec"
	"cartconform/suites/stage"
)

const (
	addItems    = "addItems"
	modifyItems = "modifyItems"
	getItems    = "getItems"
	deleteItems = "deleteItems"
)

// asked makes an event that was called and answered at the given moments; status 0
// is no answer, and shown -1 an answer that shows nothing.
func asked(called, returned int64, operation string, does Deed, status int, shown int64) Event {
	x := &spec.Exchange{Operation: operation, Called: called, Returned: returned, Attempts: 1}
	if status != 0 {
		x.Response = &spec.Response{Status: status}
	}
	e := Event{X: x, Stage: &stage.Stage{}, Deed: does, Done: status/100 == 2, Changes: operation != getItems}
	if status != 0 && status/100 != 2 {
		e.Refused = fmt.Sprint("status ", status)
	}
	if shown >= 0 {
		e.Shows, e.Shown = []int64{shown}, fmt.Sprint(shown)
	}
	return e
}

func to(n int64) Deed   { return Deed{Sets, n} }
func more(n int64) Deed { return Deed{Adds, n} }

var gone = Deed{Kind: Clears}

// twice is an event that the transport had to send again.
func twice(e Event) Event {
	e.X.Attempts = 2
	return e
}

func TestHistories(t *testing.T) {
	many := []Event{}
	for i := range int64(maybes + 1) {
		many = append(many, asked(2*i+1, 2*i+2, modifyItems, to(i), 503, -1))
	}
	for name, test := range map[string]struct {
		events []Event
		want   porcupine.CheckResult
	}{
		"nothing": {nil, porcupine.Ok},
		"one after the other": {[]Event{
			asked(1, 2, modifyItems, to(3), 200, 3), asked(3, 4, getItems, Deed{}, 200, 3),
		}, porcupine.Ok},
		"a reading that is out of date": {[]Event{
			asked(1, 2, modifyItems, to(3), 200, 3), asked(3, 4, getItems, Deed{}, 200, 1),
		}, porcupine.Illegal},
		"a reading that overlaps sees the old": {[]Event{
			asked(1, 4, modifyItems, to(3), 200, 3), asked(2, 3, getItems, Deed{}, 200, 1), asked(5, 6, getItems, Deed{}, 200, 3),
		}, porcupine.Ok},
		"or the new, but not the old again": {[]Event{
			asked(1, 6, modifyItems, to(3), 200, 3), asked(2, 3, getItems, Deed{}, 200, 3), asked(4, 5, getItems, Deed{}, 200, 1),
		}, porcupine.Illegal},
		"either may be the last of two": {[]Event{
			asked(1, 3, modifyItems, to(3), 200, 3), asked(2, 4, modifyItems, to(5), 200, 5), asked(5, 6, getItems, Deed{}, 200, 3),
		}, porcupine.Ok},
		"but not their sum": {[]Event{
			asked(1, 3, modifyItems, to(3), 200, 3), asked(2, 4, modifyItems, to(5), 200, 5), asked(5, 6, getItems, Deed{}, 200, 7),
		}, porcupine.Illegal},
		"an answer may list the cart as it is later": {[]Event{
			asked(1, 4, modifyItems, to(3), 200, 5), asked(2, 3, modifyItems, to(5), 200, 5),
		}, porcupine.Ok},
		"but not as it was before": {[]Event{
			asked(1, 4, modifyItems, to(3), 200, 1), asked(2, 3, getItems, Deed{}, 200, 1),
		}, porcupine.Illegal},
		"additions add up": {[]Event{
			asked(1, 3, addItems, more(2), 200, 3), asked(2, 4, addItems, more(3), 200, 6), asked(5, 6, getItems, Deed{}, 200, 6),
		}, porcupine.Ok},
		"one of them is lost": {[]Event{
			asked(1, 3, addItems, more(2), 200, 3), asked(2, 4, addItems, more(3), 200, 4), asked(5, 6, getItems, Deed{}, 200, 4),
		}, porcupine.Illegal},
		"what was turned away may be done": {[]Event{
			asked(1, 2, modifyItems, to(3), 409, -1), asked(3, 4, getItems, Deed{}, 200, 3),
		}, porcupine.Ok},
		"or not": {[]Event{
			asked(1, 2, modifyItems, to(3), 409, -1), asked(3, 4, getItems, Deed{}, 200, 1),
		}, porcupine.Ok},
		"or later": {[]Event{
			asked(1, 2, modifyItems, to(3), 503, -1), asked(3, 4, getItems, Deed{}, 200, 1), asked(5, 6, getItems, Deed{}, 200, 3),
		}, porcupine.Ok},
		"what was sent again may be done twice": {[]Event{
			twice(asked(1, 2, addItems, more(1), 200, 2)), asked(3, 4, getItems, Deed{}, 200, 3),
		}, porcupine.Ok},
		"and not three times": {[]Event{
			twice(asked(1, 2, addItems, more(1), 200, 2)), asked(3, 4, getItems, Deed{}, 200, 4),
		}, porcupine.Illegal},
		"a line that is gone is not modified": {[]Event{
			asked(1, 2, deleteItems, gone, 204, -1), asked(3, 4, modifyItems, to(3), 200, 0), asked(5, 6, getItems, Deed{}, 200, 0),
		}, porcupine.Ok},
		"nor comes it back": {[]Event{
			asked(1, 3, deleteItems, gone, 204, -1), asked(2, 4, modifyItems, to(3), 200, 3), asked(5, 6, getItems, Deed{}, 200, 3),
		}, porcupine.Illegal},
		"one of two that fill it": {[]Event{
			asked(1, 2, deleteItems, gone, 204, -1), asked(3, 5, addItems, Deed{Fills, 2}, 200, -1), asked(4, 6, addItems, Deed{Fills, 3}, 200, -1),
			asked(7, 8, getItems, Deed{}, 200, 3),
		}, porcupine.Ok},
		"and not both": {[]Event{
			asked(1, 2, deleteItems, gone, 204, -1), asked(3, 5, addItems, Deed{Fills, 2}, 200, -1), asked(4, 6, addItems, Deed{Fills, 3}, 200, -1),
			asked(7, 8, getItems, Deed{}, 200, 5),
		}, porcupine.Illegal},
		"too many that were turned away": {many, porcupine.Unknown},
	} {
		if got := (History{Begin: 1, Events: test.events}).explained(); got != test.want {
			t.Errorf("%s: wanted %s, got %s", name, test.want, got)
		}
	}
}

// What is shown is no more than what it takes to see that no order explains it.
func TestTheCoreOfAHistory(t *testing.T) {
	h := History{About: "the quantity of a line", Begin: 1, Events: []Event{
		asked(1, 2, modifyItems, to(2), 200, 2),
		asked(3, 4, getItems, Deed{}, 200, 2), // nothing overlaps it
		asked(5, 9, addItems, Deed{}, 200, -1),
		asked(6, 7, modifyItems, to(3), 200, 3),
		asked(8, 10, getItems, Deed{}, 200, 3),
		asked(11, 12, getItems, Deed{}, 200, 2), // which no order explains
		asked(13, 14, modifyItems, to(4), 200, 4),
	}}
	core := h.Core()
	want := `
    addItems: something else  |--|     200
    modifyItems: to 3          ||      200, shows 3
    getItems                      ||   200, shows 2`
	if got := "\n" + core.timeline(); core.Begin != 2 || got != want {
		t.Errorf("wanted, from 2, %s\ngot, from %d, %s", want, core.Begin, got)
	}
	if seen := core.Seen(); !strings.HasSuffix(seen, "the last answer shows 2") {
		t.Errorf("wanted the last answer named, got %q", seen)
	}
	if explained, _ := FitSomeOrder().Match(h); explained {
		t.Error("wanted a history that does not match")
	}
}
