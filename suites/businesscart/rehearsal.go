package businesscart

import (
	"context"
	"fmt"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// Trial is what trying one entry of the target description showed.
type Trial struct {
	Key    string // of the target description, e.g. "data.offers.limited[0]"
	Good   bool
	Detail string
	Fatal  bool // without it nothing can be tested: the run ends
}

// Rehearsal tries out a target description before anything is judged: whether
// the target answers, takes the credentials, and whether each cart, offer and
// address plays its role. It judges no promise.
type Rehearsal struct {
	Trials []Trial
	// Began says that offers were tried: from then on what is in the carts is ours.
	Began bool
}

// Fatal gives the trials without which nothing can be tested.
func (r *Rehearsal) Fatal() []Trial {
	var fatal []Trial
	for _, t := range r.Trials {
		if t.Fatal {
			fatal = append(fatal, t)
		}
	}
	return fatal
}

// Doubts gives, by key, why a piece of data does not play its role.
func (r *Rehearsal) Doubts() map[string]string {
	doubts := map[string]string{}
	for _, t := range r.Trials {
		if !t.Good && !t.Fatal {
			doubts[t.Key] = t.Detail
		}
	}
	return doubts
}

func (r *Rehearsal) add(key string, good bool, format string, args ...any) {
	r.Trials = append(r.Trials, Trial{Key: key, Good: good, Detail: fmt.Sprintf(format, args...)})
}

func (r *Rehearsal) fail(key, format string, args ...any) {
	r.Trials = append(r.Trials, Trial{Key: key, Fatal: true, Detail: fmt.Sprintf(format, args...)})
}

// Rehearse tries out the play's target. mayReset is the permission to empty a
// cart that holds items.
func Rehearse(ctx context.Context, play *stage.Play, mayReset bool) *Rehearsal {
	r := &Rehearsal{}
	if r.reach(play.Rehearsal(ctx, 0)); len(r.Fatal()) != 0 || play.Target.Profile == target.StaticSandbox {
		return r // a static sandbox has no carts that could be tried
	}
	taken := map[string]bool{}
	for i, lane := range play.Target.Lanes {
		taken[lane.CartID], taken[lane.OtherCartID] = true, true
		r.cart(play.Rehearsal(ctx, i), fmt.Sprintf("lanes[%d]", i), lane, taken, mayReset)
	}
	if len(r.Fatal()) != 0 {
		return r
	}
	r.Began = true
	r.roles(play.Rehearsal(ctx, 0))
	return r
}

// CleanUp empties the carts of all lanes that were used. It goes on after errors.
func CleanUp(ctx context.Context, play *stage.Play) {
	if play.Target.Profile == target.StaticSandbox {
		return
	}
	for i, lane := range play.Target.Lanes {
		ctx := play.Rehearsal(ctx, i)
		for _, id := range []string{stage.Of(ctx).CartID(), lane.OtherCartID} {
			if id == "" {
				continue
			}
			attempt(func() {
				if items := try(ctx, getItemsCall(ctx, id)); items.Success() && len(items.Lines()) == 0 {
					return
				}
				try(ctx, deleteItemsCall(ctx, id))
			})
		}
	}
}

// attempt runs a step whose verbs may give up, and says why it did.
func attempt(step func()) (reason string) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case stage.Refusal:
			reason = r.Reason
		default:
			panic(r)
		}
	}()
	step()
	return ""
}

// reach asks whether anything answers there and takes the credentials. One
// operation alone may be out of order: that is for the specs to say.
func (r *Rehearsal) reach(ctx context.Context) {
	s := stage.Of(ctx)
	answers := []*Reply{try(ctx, listCartsCall(ctx, s.Lane().Buyer, 0, ""))}
	if answers[0].Success() {
		r.add("target.baseURL", true, "listCarts answers with %s", fmt.Sprintf("status %d", answers[0].Status()))
		return
	}
	if id := s.CartID(); id != "" {
		answers = append(answers, try(ctx, getItemsCall(ctx, id)), try(ctx, getCartCall(ctx, id)))
	}
	silent, denied := 0, 0
	for _, a := range answers {
		switch a.Status() {
		case 0:
			silent++
		case 401, 403:
			denied++
		}
	}
	switch {
	case silent == len(answers):
		r.fail("target.baseURL", "the target does not answer: %v", answers[0].X.Err)
	case silent+denied == len(answers):
		r.fail("target.headers", "the target refuses the credentials: %s", answers[0].Says())
	default:
		r.add("target.baseURL", true, "listCarts: %s", answers[0].Says())
	}
}

// cart finds the lane's cart and looks whether it is empty.
func (r *Rehearsal) cart(ctx context.Context, key string, lane target.Lane, taken map[string]bool, mayReset bool) {
	s := stage.Of(ctx)
	if lane.CartID == "" {
		id, detail := r.discover(ctx, lane.Buyer, taken, mayReset)
		switch {
		case id == "" && mayReset, id == "" && detail == "":
			r.add(key+".cartId", false, "listCarts shows no DEFAULT cart of %s in region %s that is free for this lane", lane.Buyer, s.Target().Region)
			return
		case id == "":
			r.fail(key+".cartId", "%s", detail)
			return
		}
		taken[id] = true
		s.UseCart(id)
		r.add(key+".cartId", true, "found cart %s", short(id))
	} else {
		r.empty(ctx, key+".cartId", lane.CartID, mayReset)
	}
	if lane.OtherCartID != "" {
		r.empty(ctx, key+".otherCartId", lane.OtherCartID, mayReset)
	}
}

func (r *Rehearsal) discover(ctx context.Context, buyer string, taken map[string]bool, mayReset bool) (id, detail string) {
	token := ""
	for range 20 {
		list := try(ctx, listCartsCall(ctx, buyer, 10, token))
		for _, e := range objects(list.Doc["cartDetailsList"]) {
			id := str(e["id"])
			if id == "" || taken[id] || str(e["cartType"]) != "DEFAULT" {
				continue
			}
			items := try(ctx, getItemsCall(ctx, id))
			if mayReset || items.Success() && len(items.Lines()) == 0 {
				return id, ""
			}
			detail = fmt.Sprintf("every DEFAULT cart of %s holds items, e.g. %s: empty one, name one as cartId, or allow --reset-cart", buyer, short(id))
		}
		if token = str(list.Doc["nextPageToken"]); token == "" || !list.Success() {
			break
		}
	}
	return "", detail
}

func (r *Rehearsal) empty(ctx context.Context, key, id string, mayReset bool) {
	items := try(ctx, getItemsCall(ctx, id))
	switch lines := items.Lines(); {
	case items.Status() == 404 && try(ctx, getCartCall(ctx, id)).Status() == 404:
		r.fail(key, "the target knows no cart %s: %s", short(id), items.Says())
	case !items.Success():
		r.add(key, true, "cart %s cannot be read: %s", short(id), items.Says()) // getItems' own specs will say so
	case len(lines) != 0 && !mayReset:
		r.fail(key, "cart %s holds %d lines: empty it, or allow --reset-cart", short(id), len(lines))
	default:
		r.add(key, true, "cart %s", short(id))
	}
}

// roles tries each offer. Only a target's own documented rejection speaks
// against an offer; any other odd answer is for the specs to judge.
func (r *Rehearsal) roles(ctx context.Context) {
	s := stage.Of(ctx)
	data := s.Target().Data
	trusted := s.Target().Profile == target.Controlled
	r.entering(ctx, "available", data.Available, Available, trusted)
	r.entering(ctx, "sameProduct", data.SameProduct, SameProduct, trusted)
	r.entering(ctx, "limited", data.Limited, Limited, trusted)
	r.restricted(ctx, data, trusted)
	if data.Deliverable != nil {
		r.address(ctx, "data.addresses.deliverable", data.Deliverable)
	}
	if data.Other != nil {
		r.address(ctx, "data.addresses.other", data.Other)
	}
}

// entering tries offers that must enter the cart. Where the target's data are
// trusted and none of a kind enters, the target is at fault and the specs say it.
func (r *Rehearsal) entering(ctx context.Context, kind string, offers []target.Offer, role func(int) Role, trusted bool) {
	var trials []Trial
	refused := 0
	for i := range offers {
		trial := Trial{Key: role(i).Key, Good: true, Detail: "enters the cart"}
		if reason := attempt(func() {
			cart := EmptyCart(ctx)
			answer := cart.TryAdd(ctx, role(i).Times(1))
			if rejected := answer.Rejected(); answer.Success() && len(rejected) != 0 && len(answer.Lines()) == 0 {
				trial.Good, trial.Detail = false, "the target rejected one unit of it: "+reasons(rejected)
				refused++
			}
		}); reason != "" {
			trial.Detail = "could not be tried: " + reason
		}
		trials = append(trials, trial)
	}
	for _, trial := range trials {
		if trusted && refused == len(offers) {
			trial.Good = true
		}
		r.Trials = append(r.Trials, trial)
	}
}

// restricted tries whether the estimate refuses each restricted offer. Where it
// refuses none of them in a controlled target, the estimate is at fault and the
// specs say it; where it refuses some, the others are not restricted.
func (r *Rehearsal) restricted(ctx context.Context, data target.Data, trusted bool) {
	if data.Deliverable == nil {
		return
	}
	var trials []Trial
	charged := 0
	for i := range data.Restricted {
		trial := Trial{Key: Restricted(i).Key, Good: true, Detail: "is refused by the estimate"}
		if reason := attempt(func() {
			cart := EmptyCart(ctx)
			cart.Add(ctx, Restricted(i), 1)
			e := cart.TryEstimate(ctx, data.Deliverable)
			if charges, rejections := e.populated(); e.Success() && charges > 0 && rejections == 0 {
				trial.Good, trial.Detail = false, "the estimate gives charges for it"
				charged++
			}
		}); reason != "" {
			trial.Detail = "could not be tried: " + reason
		}
		trials = append(trials, trial)
	}
	for _, trial := range trials {
		if trusted && charged == len(trials) {
			trial.Good = true
		}
		r.Trials = append(r.Trials, trial)
	}
}

// address tries an address with the first available offer.
func (r *Rehearsal) address(ctx context.Context, key string, address *target.Address) {
	trial := Trial{Key: key, Good: true, Detail: "the estimate takes it"}
	if reason := attempt(func() {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)
		if e := cart.TryEstimate(ctx, address); !e.Success() {
			trial.Detail = "the estimate does not take it: " + e.Says()
		} else if _, rejections := e.populated(); rejections > 0 && stage.Of(ctx).Target().Profile == target.Live {
			trial.Good, trial.Detail = false, "the estimate rejects "+Available(0).Key+" for it"
		}
	}); reason != "" {
		trial.Detail = "could not be tried: " + reason
	}
	r.Trials = append(r.Trials, trial)
}
