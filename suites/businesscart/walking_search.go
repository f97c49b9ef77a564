package businesscart

import (
	"context"
	"slices"
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
	longestWalk = 32  // steps of one
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
	unready   *stage.Ending // what broke the promise before a walk began
	other     *stage.Ending
	searched  outlay // when the first walk went wrong
}

// finding is a walk that broke the promise.
type finding struct {
	ending stage.Ending
	asked  []*spec.Exchange // since it began, up to the one that shows it
	diary  []entry
	start  int // requests that the spec had sent when it began
}

// outlay is what was spent.
type outlay struct {
	requests int
	time     time.Duration
}

func (j *journey) spent() outlay { return outlay{j.stage.Sent(), j.stage.Spent()} }

// may reports whether there is anything left to spend.
func (j *journey) may(purpose walk.Purpose) bool {
	now := j.spent()
	switch purpose {
	case walk.Confirming:
		return true
	case walk.Shrinking:
		return now.requests-j.searched.requests < shrinkBudget && now.time-j.searched.time < shrinkTime
	}
	return now.requests < walkBudget && now.time < walkTime
}

func (j *journey) travel() {
	shortest, broken := walk.Search[stride, finding]{
		Seed: j.stage.Chance(), Sequences: walks, Draw: j.promise.strides(),
		Try: j.try, MayTry: j.may, Leaps: leaps(j.promise.both), Nips: nips(),
	}.Run()
	switch {
	case j.other != nil && (!broken && j.unready == nil || j.other.Outcome == record.Interrupted):
		stage.Conclude(j.ctx, *j.other)
	case broken:
		again := "Gone once more at the end, it broke the promise again."
		if !shortest.Again {
			again = "Gone once more at the end, it did not break the promise: it takes more than these requests, such as those before them, or chance."
		}
		found := shortest.Evidence
		stage.ConcludeWith(j.ctx, found.ending, found.asked, found.steps(), j.story(found, again))
	case j.unready != nil: // by what specs before this one left
		stage.Conclude(j.ctx, *j.unready)
	case j.completed == 0:
		stage.Inconclusive(j.ctx, "no walk came to its end within %d requests and %v: the target is slow, or target.rateLimit is low", walkBudget, walkTime)
	}
}

// walked is what came of a walk.
type walked = walk.Trial[stride, finding]

// try goes one walk. While a shorter one is looked for, it ends where one more request
// would make it longer.
func (j *journey) try(steps []stride, purpose walk.Purpose, within walk.Cost) walked {
	w := j.walker()
	over := false
	start := j.stage.Sent()
	asked, ended := stage.Attempt(j.ctx, func() {
		w.begin(purpose != walk.Looking)
		for _, s := range steps {
			if over = !j.may(purpose) || purpose == walk.Shrinking && w.sent() >= within.Requests; over {
				return
			}
			w.step(s)
		}
		if purpose == walk.Looking { // else it is among the steps
			w.end()
		}
	})
	switch {
	case ended == nil:
		if purpose == walk.Looking && !over {
			j.completed++
			stage.Judged(j.ctx)
		}
		return walked{Outcome: walk.Kept}
	case ended.Requirement == "":
		j.other = ended
		return walked{Outcome: walk.Ended}
	case ended.Requirement != j.promise.id:
		return j.besides(ended, purpose)
	case !w.ready:
		if purpose == walk.Looking {
			j.unready = ended
		}
		return walked{Outcome: walk.Kept}
	}
	if j.promise.both {
		if apart := j.apart(w.gone); apart != nil {
			return j.besides(apart, purpose)
		}
	}
	if purpose == walk.Looking {
		j.drawn, j.searched = len(w.gone), j.spent()
	}
	found := finding{*ended, asked[w.started-start:], w.diary, w.started}
	if i := slices.Index(found.asked, ended.Exchange); i >= 0 {
		found.asked = found.asked[:i+1] // what came then tells whose mistake it is
	}
	return walked{
		Outcome: walk.Broken, Steps: w.gone, Evidence: found,
		Cost: walk.Cost{Requests: len(found.asked), Size: size(w.gone)},
	}
}

// besides is what comes of a walk that broke another promise than its own: the end,
// unless a shorter one is looked for.
func (j *journey) besides(ended *stage.Ending, purpose walk.Purpose) walked {
	if purpose != walk.Looking {
		return walked{Outcome: walk.Kept}
	}
	j.other = ended
	return walked{Outcome: walk.Ended}
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
	w := j.walker()
	_, ended := stage.Attempt(j.ctx, func() {
		w.begin(false)
		if second == 1 {
			slices.Reverse(w.grounds)
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
		w.step(stride{action: look})
	})
	return ended
}
