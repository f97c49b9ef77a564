package businesscart

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"

	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/stage"
	"cartconform/suites/walk"
)

// The budget of a spec that walks. Where requests are slow, or wait for each other
// because of target.rateLimit, the time counts: at two requests a second a walk gets
// some 90 of them.
const (
	walks       = 3   // that are drawn
	longestWalk = 36  // steps of one
	walkBudget  = 200 // requests, until something is found
	walkTime    = 45 * time.Second
	// What the shortest way is looked for with.
	shrinkBudget = 500
	shrinkTime   = 2 * walkTime
)

// goes makes the body of a spec that walks.
func goes(p promise) func(ginkgo.SpecContext) {
	return func(ctx ginkgo.SpecContext) {
		j := &journey{ctx: ctx, stage: stage.Of(ctx), promise: p}
		if p.both && j.stage.Lane().OtherCartID == "" {
			stage.NotApplicable(ctx, "lanes[].otherCartId is missing from the target description: a buyer with one cart is not asked")
		}
		j.offers = every(ctx, 3)
		for i := range j.stage.Target().Data.SameProduct {
			if offer := SameProduct(i); i < 2 && j.stage.Doubt(offer.Key) == "" {
				j.offers = append(j.offers, offer)
			}
		}
		if p.both {
			j.offers = j.offers[:3] // so that the same are in both
		}
		if j.stage.Target().Data.Deliverable != nil && j.stage.Doubt("data.addresses.deliverable") == "" {
			j.estimates = true
		}
		j.travel()
	}
}

// journey is all the walks of a spec.
type journey struct {
	ctx       context.Context
	stage     *stage.Stage
	promise   promise
	offers    []Role
	estimates bool

	drawn     int // steps of the walk that went wrong first
	completed int
	broken    bool
	found     finding // the shortest
	other     *stage.Ending
	free      bool   // the last walk, which the budget does not hold up
	searched  outlay // when the first walk went wrong
}

// finding is a walk that broke the promise.
type finding struct {
	ending stage.Ending
	asked  []*spec.Exchange
	diary  []entry
}

// outlay is what was spent.
type outlay struct {
	requests int
	time     time.Duration
}

func (j *journey) spent() outlay { return outlay{j.stage.Sent(), j.stage.Spent()} }

// may reports whether there is anything left to spend.
func (j *journey) may(shrinking bool) bool {
	if j.free {
		return true
	}
	now := j.spent()
	if shrinking {
		return now.requests-j.searched.requests < shrinkBudget && now.time-j.searched.time < shrinkTime
	}
	return now.requests < walkBudget && now.time < walkTime
}

func (j *journey) travel() {
	shortest, broken := walk.Search[stride]{
		Seed: j.stage.Chance(), Sequences: walks, Length: longestWalk,
		Step: j.promise.strides(), Rests: func(s stride) bool { return s.action == rest },
		Try: j.try, MayTry: j.may,
	}.Run()
	switch {
	case j.other != nil && (!broken || j.other.Outcome == record.Interrupted):
		stage.Conclude(j.ctx, *j.other)
	case broken:
		found := j.found // by now the shortest
		j.free = true
		again := "Gone once more at the end, it broke the promise again."
		if outcome, _ := j.try(shortest); outcome != walk.Broken {
			again = "Gone once more at the end, it did not break the promise: it takes more than these requests, such as those before them, or chance."
		}
		stage.ConcludeWith(j.ctx, found.ending, found.asked, j.story(found, again))
	case j.completed == 0:
		stage.Inconclusive(j.ctx, "no walk came to its end within %d requests and %v: the target is slow, or target.rateLimit is low", walkBudget, walkTime)
	}
}

// try goes one walk.
func (j *journey) try(steps []stride) (walk.Outcome, int) {
	shrinking := j.broken
	w := j.walker()
	taken, over := 0, false
	asked, ended := stage.Attempt(j.ctx, func() {
		w.begin()
		for _, s := range steps {
			if over = !j.may(shrinking); over {
				return
			}
			taken++
			w.step(s)
		}
		w.end()
	})
	switch {
	case ended == nil:
		if !over {
			j.completed++
			stage.Judged(j.ctx)
		}
		return walk.Kept, taken
	case ended.Requirement == "":
		j.other = ended
		return walk.Ended, taken
	case ended.Requirement != j.promise.id:
		if shrinking {
			return walk.Kept, taken
		}
		j.other = ended
		return walk.Ended, taken
	}
	if j.promise.both {
		if apart := j.apart(steps[:taken]); apart != nil {
			j.other = apart
			return walk.Ended, taken
		}
	}
	if !j.broken {
		j.broken, j.drawn, j.searched = true, taken, j.spent()
	}
	j.found = finding{*ended, asked, w.diary}
	return walk.Broken, taken
}

func (j *journey) walker() *walker {
	w := &walker{ctx: j.ctx, promise: j.promise, offers: j.offers}
	if j.estimates {
		w.address = Deliverable(j.ctx)
	}
	return w
}

// apart goes a walk through two carts once more in that of them alone which was not
// left alone. It gives what goes wrong there, too: then it is not because of the
// other cart.
func (j *journey) apart(steps []stride) *stage.Ending {
	second := 0
	for _, s := range steps {
		if s.action == cross {
			second = 1 - second
		}
	}
	if len(steps) > 0 && steps[len(steps)-1].action != cross { // it went wrong at the very end
		second = 1 - second
	}
	w := j.walker()
	_, ended := stage.Attempt(j.ctx, func() {
		w.begin()
		if second == 1 {
			w.grounds[0], w.grounds[1] = w.grounds[1], w.grounds[0]
		}
		at := 0
		for _, s := range steps {
			if s.action == cross {
				at = 1 - at
				s = stride{action: look}
			}
			if at == second || s.action == look {
				w.step(s)
			}
		}
		w.look(w.here())
	})
	return ended
}

// story tells a walk: each step with what was expected, and each request with what
// came.
func (j *journey) story(f finding, again string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "The shortest way that was found, out of %d steps that were drawn with --seed %d, takes %d requests; a script in the folder sequences of the report sends them again. %s\n",
		j.drawn, j.stage.Seed(), len(f.asked), again)
	first := 0
	if len(f.diary) > 0 {
		first = f.diary[0].sent
	}
	for i, e := range f.diary {
		to := len(f.asked)
		if i+1 < len(f.diary) {
			to = min(to, f.diary[i+1].sent-first)
		}
		fmt.Fprintf(&b, "%d. %s (expected: %s)\n", i+1, e.text, e.wanted)
		for _, x := range f.asked[min(to, e.sent-first):to] {
			fmt.Fprintf(&b, "   %s\n", inOneLine(x))
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// inOneLine tells a request and what came.
func inOneLine(x *spec.Exchange) string {
	text := x.Request.Method + " " + pathOf(x.Request.URL)
	if len(x.Request.Body) > 0 && x.Operation != estimate { // an address is long, and always the same
		text += " " + short(string(x.Request.Body))
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
		texts[i] = fmt.Sprintf("%d × %s", line.Quantity, short(line.Product))
	}
	return strings.Join(texts, ", ")
}
