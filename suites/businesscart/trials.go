package businesscart

import (
	"context"
	stderrors "errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"cartconform/spec"
	"cartconform/spec/negative"
	"cartconform/spec/variation"
	"cartconform/suites/stage"
)

// trial puts the bad requests of one question to the target, each beside its
// good twin and with a look at the cart.
type trial struct {
	question
	cart    *Cart
	before  *Reply         // the cart as it was last seen to be right
	asked   int            // bad requests that were sent
	failed  int            // of them, those that broke the promise
	crashed *Reply         // the last 5xx
	forms   map[string]int // in which forms answers came
	last    *Reply
}

func newTrial(ctx context.Context, q question) *trial {
	t := &trial{question: q, forms: map[string]int{}}
	t.setUp(ctx)
	return t
}

// setUp fills the cart with two lines.
func (t *trial) setUp(ctx context.Context) {
	t.cart = EmptyCart(ctx)
	t.cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
	t.before = t.cart.Items(ctx)
}

// line is the line that modifications name.
func (t *trial) line(ctx context.Context) Line {
	return t.cart.SteadyLine(ctx, Available(0), t.before.Lines())
}

// twin gives the good request, with live values. One that writes would change
// the cart, so that it can be told from one without effect.
func (t *trial) twin(ctx context.Context) stage.Call {
	line := t.line(ctx)
	if t.operation == modifyItems {
		return modifyItemsCall(ctx, t.cart.ID, change{line.ItemID, otherQuantity(line)})
	}
	return goodCall(ctx, t.operation, t.cart.ID, line)
}

// twinOf gives the good request that a case spoils. Where the case spoils the
// second of two elements, there are two.
func (t *trial) twinOf(ctx context.Context, c negative.Case) stage.Call {
	switch {
	case c.Second && t.operation == addItems:
		return addItemsCall(ctx, t.cart.ID, Available(2).Times(1).item(ctx), Available(1).Times(1).item(ctx))
	case c.Second && t.operation == modifyItems:
		first, second := t.line(ctx), t.secondLine(ctx)
		return modifyItemsCall(ctx, t.cart.ID, change{first.ItemID, otherQuantity(first)}, change{second.ItemID, otherQuantity(second)})
	}
	return t.twin(ctx)
}

func (t *trial) secondLine(ctx context.Context) Line {
	return t.cart.SteadyLine(ctx, Available(1), t.before.Lines())
}

func otherQuantity(line Line) int {
	if line.Quantity == 3 {
		return 2
	}
	return 3
}

// twinMustWork ends the spec unless the good request is accepted.
func (t *trial) twinMustWork(ctx context.Context) {
	answer := ask(ctx, t.twin(ctx))
	answer.mustBeHeard(ctx)
	answer.mustWork(ctx)
	switch t.operation {
	case deleteItems:
		t.cart.Reopen(ctx)
		t.setUp(ctx)
	default: // reading should not change the cart either, but that is another promise
		t.before = t.cart.Items(ctx)
	}
}

// put sends one bad request and judges what comes of it.
func (t *trial) put(ctx context.Context, c negative.Case) {
	twin := t.twinOf(ctx, c)
	request, err := c.Apply(requestOf(twin))
	if stderrors.Is(err, variation.ErrTwin) {
		stage.Inconclusive(ctx, "the good request is none, look at the data of the target description: %v", err)
	}
	if err != nil {
		return // not proven to be bad with these values: a target that accepts it would be right
	}
	t.asked++
	answer := ask(ctx, with(twin, request))
	answer.mustBeHeard(ctx)
	t.last = answer
	what := strings.TrimSuffix(c.What, ".") + " (" + c.ID + ")"
	if answer.Status() == http.StatusServiceUnavailable {
		t.mustNotBeBusy(ctx)
	}
	if answer.crashed(what) {
		t.crashed = answer
		if writes(t.operation) {
			t.setUp(ctx) // whatever it has done
		}
		return
	}
	t.note(ctx, c, answer)
	now, changed := t.before, false
	if writes(t.operation) {
		now = t.cart.TryItems(ctx)
		changed = !now.Success() || !sameLines(now.Lines(), t.before.Lines())
	}
	if changed { // or the reading was wrong
		if again := t.cart.TryItems(ctx); again.Success() && sameLines(again.Lines(), t.before.Lines()) {
			now, changed = again, false
		}
	}
	t.judge(ctx, c, what, answer, now, changed)
	if changed {
		t.setUp(ctx)
	}
}

// judge compares the answer and the cart with what the promise says.
func (t *trial) judge(ctx context.Context, c negative.Case, what string, answer, now *Reply, changed bool) {
	if answer.Refused() && changed && (c.Second || !promisesState(t.requirement)) {
		stage.Of(ctx).Report("CART-ERR-13", answer.X, "the cart as before, "+describe(t.before.Lines())+", after "+what+" was refused", seenLines(now))
	}
	if c.Second { // what becomes of the good element is another promise's
		product := t.secondLine(ctx).Product
		changed = !now.Success() || unitsOf(now.Lines(), product) != unitsOf(t.before.Lines(), product)
	}
	switch {
	case t.requirement == noServerError:
		return
	case promisesState(t.requirement) && changed:
		t.fail(ctx, answer, "the cart as before, "+describe(t.before.Lines())+", after "+what, seenLines(now)+"; the answer was "+answer.Says())
		return
	case c.Refusal == negative.State:
		return
	}
	switch {
	case answer.Refused():
		if promisesErrors(t.requirement) && answer.lacksErrors() && !mayNeverArrive(c) {
			errorsAreMissing(ctx)
			t.fail(ctx, answer, "a non-empty array errors for "+what, answer.Says())
		}
	case c.Refusal == negative.StatusOrRejection && answer.Success() && len(answer.Rejected()) != 0 && !changed:
	case mayBeUnderstood(c) && answer.Success() && t.understood(ctx, answer, now):
	default:
		wanted := "a 4xx status for " + what
		if c.Refusal == negative.StatusOrRejection {
			wanted = "a 4xx status, or a rejection and the cart as before, for " + what
		} else if mayBeUnderstood(c) {
			wanted = "a 4xx status, or the effect of the good request, for " + what
		}
		t.fail(ctx, answer, wanted, answer.Says())
	}
}

func (t *trial) fail(ctx context.Context, answer *Reply, wanted, got string) {
	t.failed++
	stage.Of(ctx).Report(t.requirement, answer.X, wanted, got)
}

// understood reports whether a request had the effect that its good twin has.
func (t *trial) understood(ctx context.Context, answer, now *Reply) bool {
	switch t.operation {
	case addItems:
		product := Available(2).Offer(ctx).ProductIdentifier
		return unitsOf(now.Lines(), product) == unitsOf(t.before.Lines(), product)+1
	case modifyItems:
		line := t.line(ctx)
		changed, there := now.Line(line.ItemID)
		return there && changed.Quantity == int64(otherQuantity(line))
	case estimate:
		charges, rejections := (&Estimate{Reply: answer}).populated()
		return charges > 0 && rejections == 0
	}
	return false
}

func unitsOf(lines []Line, product string) (units int64) {
	for _, line := range lines {
		if line.Product == product {
			units += line.Quantity
		}
	}
	return units
}

// note counts the form of an answer. Where the documents leave it open whether
// the request is refused, that is observed by itself.
func (t *trial) note(ctx context.Context, c negative.Case, answer *Reply) {
	t.forms[statusAndCode(answer)]++
	if c.Requirement != "" && c.Requirement != t.requirement {
		stage.Of(ctx).ObserveAs(c.Requirement, answer.X, strings.TrimSuffix(c.What, "."), statusAndCode(answer))
	}
}

// mustNotBeBusy ends the spec when the good request is not served either: 503
// then says nothing about the bad one.
func (t *trial) mustNotBeBusy(ctx context.Context) {
	if again := ask(ctx, t.twin(ctx)); !again.Success() {
		stage.Inconclusive(ctx, "the target went on answering 503 to %s, to good requests too", t.operation)
	}
}

// look compares the cart after bad requests of an operation that reads, where
// one look for all of them must do.
func (t *trial) look(ctx context.Context) {
	if writes(t.operation) || t.asked == 0 {
		return
	}
	if now := t.cart.Items(ctx); !sameLines(now.Lines(), t.before.Lines()) {
		stage.Of(ctx).Report("CART-ERR-13", t.last.X, fmt.Sprintf("the cart as before, %s, after %d bad requests of %s",
			describe(t.before.Lines()), t.asked, t.operation), describe(now.Lines()))
	}
}

// conclude ends the spec as failed when a request broke the promise.
func (t *trial) conclude(ctx context.Context) {
	s := stage.Of(ctx)
	if t.asked == 0 {
		stage.Inconclusive(ctx, "none of %d bad requests could be made with the data of the target description", len(t.cases))
	}
	if len(t.forms) != 0 {
		s.Observe(t.last.X, fmt.Sprintf("answers to bad requests of %s (%d)", t.operation, t.asked), tally(t.forms))
	}
	stage.Judged(ctx)
	if t.failed > 0 {
		stage.Of(ctx).Fail(fmt.Sprintf("%d of %d bad requests of %s", t.failed, t.asked, t.operation), 0)
	}
	if t.crashed != nil {
		stage.Needs(ctx, noServerError, t.crashed.X, "no 5xx status for a bad request", t.crashed.Says())
	}
}

// tally puts counts into words, in a fixed order.
func tally(counts map[string]int) string {
	var texts []string
	for text, n := range counts {
		texts = append(texts, fmt.Sprintf("%d × %s", n, text))
	}
	slices.Sort(texts)
	return strings.Join(texts, "; ")
}

// with makes a call of a changed request: the target's address is the call's.
func with(twin stage.Call, request spec.Request) stage.Call {
	bad := twin
	target := strings.TrimPrefix(request.URL, anywhere)
	bad.Path, bad.Query, _ = strings.Cut(target, "?")
	bad.Method, bad.Header, bad.Body = request.Method, request.Header, request.Body
	return bad
}
