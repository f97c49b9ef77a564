package history

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"cartconform/suites/stage"
)

// FitSomeOrder matches a history whose answers some order of its requests
// explains.
func FitSomeOrder() types.GomegaMatcher { return historyMatcher{} }

type historyMatcher struct{}

func (historyMatcher) Match(actual any) (bool, error) {
	h, ok := actual.(History)
	if !ok {
		return false, fmt.Errorf("wanted a history, got %T", actual)
	}
	return !h.impossible(), nil
}

// FailureMessage shows the requests that no order explains, each with a bar from
// the moment at which it was sent to that of its answer.
func (historyMatcher) FailureMessage(actual any) string {
	core := actual.(History).Core()
	last := core.Last()
	last.Stage.Blame(last.X, core.Wanted(), core.Seen())
	return stage.Mismatch(last.X.Operation, core.Wanted(), core.Seen()) + "\n  the requests, from when they were sent to when they were answered:\n" + core.timeline()
}

func (historyMatcher) NegatedFailureMessage(any) string { return "an order that explains the answers" }

// Wanted says what answers a history should have.
func (h History) Wanted() string {
	return fmt.Sprintf("answers that some order of the requests explains, each showing what those before it left of %s, which was %d in the beginning",
		h.About, h.Begin)
}

// Seen says what it has instead.
func (h History) Seen() string {
	return "no order does: the last answer shows " + cmp.Or(h.Last().Shown, "nothing")
}

// Last is the event that was answered last.
func (h History) Last() Event {
	return slices.MaxFunc(h.Events, func(a, b Event) int { return cmp.Compare(a.ended(), b.ended()) })
}

// ended is when the event was answered; 0 for never.
func (e Event) ended() int64 {
	if e.X.Response == nil {
		return 0
	}
	return e.X.Returned
}

// timeline draws the events, one a line, in the order in which they were sent.
func (h History) timeline() string {
	events := slices.SortedFunc(slices.Values(h.Events), func(a, b Event) int { return cmp.Compare(a.X.Called, b.X.Called) })
	var moments []int64
	for _, e := range events {
		if moments = append(moments, e.X.Called); e.ended() != 0 {
			moments = append(moments, e.ended())
		}
	}
	slices.Sort(moments)
	place := func(moment int64) int { return slices.Index(moments, moment) }
	widest := 0
	for _, e := range events {
		widest = max(widest, len(e.asks()))
	}
	var text strings.Builder
	for _, e := range events {
		from, to, end := place(e.X.Called), len(moments), ">"
		if e.ended() != 0 {
			to, end = place(e.ended()), "|"
		}
		bar := strings.Repeat(" ", from) + "|" + strings.Repeat("-", to-from-1) + end
		fmt.Fprintf(&text, "    %-*s  %-*s  %s\n", widest, e.asks(), len(moments)+1, bar, e.says())
	}
	return strings.TrimRight(text.String(), "\n")
}

// asks says in a few words what the request does to the number.
func (e Event) asks() string {
	switch e.Kind {
	case Sets:
		return fmt.Sprintf("%s: to %d", e.X.Operation, e.Amount)
	case Clears:
		return e.X.Operation + ": to 0"
	case Fills:
		return fmt.Sprintf("%s: %d where there is none", e.X.Operation, e.Amount)
	case Adds:
		return fmt.Sprintf("%s: %d more", e.X.Operation, e.Amount)
	}
	if e.Changes {
		return e.X.Operation + ": something else"
	}
	return e.X.Operation
}

// says says in a few words what the answer tells of the number.
func (e Event) says() string {
	switch {
	case e.X.Response == nil:
		return "not answered by then"
	case e.Refused != "":
		return e.Refused + ", so that it may have been done or not"
	case e.Shown != "":
		return fmt.Sprintf("%d, shows %s", e.X.Response.Status, e.Shown)
	}
	return fmt.Sprint(e.X.Response.Status)
}
