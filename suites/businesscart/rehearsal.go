package businesscart

import (
	"context"
	"fmt"

	"cartconform/suites/rehearsal"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// tryout is a rehearsal under way.
type tryout struct{ *rehearsal.Rehearsal }

// Rehearse tries out the play's target. mayReset is the permission to empty a
// cart that holds items.
func Rehearse(ctx context.Context, play *stage.Play, mayReset bool) *rehearsal.Rehearsal {
	r := tryout{&rehearsal.Rehearsal{}}
	if r.reach(play.Rehearsal(ctx, 0)); len(r.Fatal()) != 0 || play.Target.Profile == target.StaticSandbox {
		return r.Rehearsal // a static sandbox has no carts that could be tried
	}
	taken := map[string]bool{}
	for i, lane := range play.Target.Lanes {
		taken[lane.CartID], taken[lane.OtherCartID] = true, true
		r.cart(play.Rehearsal(ctx, i), fmt.Sprintf("lanes[%d]", i), lane, taken, mayReset)
	}
	if len(r.Fatal()) != 0 {
		return r.Rehearsal
	}
	r.Began = true
	first := play.Rehearsal(ctx, 0)
	r.search(first)
	r.roles(first)
	r.order(first)
	return r.Rehearsal
}

// CleanUp empties the carts of the lanes. It goes on after errors.
func CleanUp(ctx context.Context, play *stage.Play, lanes ...int) {
	if play.Target.Profile == target.StaticSandbox {
		return
	}
	for _, lane := range lanes {
		ctx := play.CleaningUp(ctx, lane)
		for _, id := range []string{stage.Of(ctx).CartID(), stage.Of(ctx).OtherCartID()} {
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
func (r tryout) reach(ctx context.Context) {
	s := stage.Of(ctx)
	answers := []*Reply{try(ctx, listCartsCall(ctx, s.Lane().Buyer, 0, ""))}
	if answers[0].Success() {
		r.Add(rehearsal.Good, "target.baseURL", "listCarts answers with status %d", answers[0].Status())
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
		r.Add(rehearsal.Fatal, "target.baseURL", "the target does not answer: %v", answers[0].X.Err)
	case silent+denied == len(answers):
		r.Add(rehearsal.Fatal, "target.headers", "the target refuses the credentials: %s", answers[0].Says())
	default:
		r.Add(rehearsal.Suspect, "target.baseURL", "it answers, but listCarts: %s", answers[0].Says())
	}
}

// cart finds the lane's cart and looks whether it is empty.
func (r tryout) cart(ctx context.Context, key string, lane target.Lane, taken map[string]bool, mayReset bool) {
	s := stage.Of(ctx)
	if lane.CartID == "" {
		id, detail := r.discover(ctx, lane.Buyer, taken, mayReset)
		switch {
		case id == "" && mayReset, id == "" && detail == "":
			r.Add(rehearsal.Doubt, key+".cartId", "listCarts shows no DEFAULT cart of %s in region %s that is free for this lane", lane.Buyer, s.Target().Region)
			return
		case id == "":
			r.Add(rehearsal.Fatal, key+".cartId", "%s", detail)
			return
		}
		taken[id] = true
		s.UseCart(id)
		r.Add(rehearsal.Good, key+".cartId", "found cart %s", stage.Short(id))
	} else {
		r.empty(ctx, key+".cartId", lane.CartID, mayReset)
	}
	if lane.OtherCartID != "" {
		r.empty(ctx, key+".otherCartId", lane.OtherCartID, mayReset)
	}
}

func (r tryout) discover(ctx context.Context, buyer string, taken map[string]bool, mayReset bool) (id, detail string) {
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
			detail = fmt.Sprintf("every DEFAULT cart of %s holds items, e.g. %s: empty one, name one as cartId, or allow --reset-cart", buyer, stage.Short(id))
		}
		if token = str(list.Doc["nextPageToken"]); token == "" || !list.Success() {
			break
		}
	}
	return "", detail
}

func (r tryout) empty(ctx context.Context, key, id string, mayReset bool) {
	items := try(ctx, getItemsCall(ctx, id))
	switch lines := items.Lines(); {
	case items.Status() == 404 && try(ctx, getCartCall(ctx, id)).Status() == 404:
		r.Add(rehearsal.Fatal, key, "the target knows no cart %s: %s", stage.Short(id), items.Says())
	case !items.Success():
		r.Add(rehearsal.Suspect, key, "cart %s cannot be read: %s", stage.Short(id), items.Says())
	case len(lines) != 0 && !mayReset:
		r.Add(rehearsal.Fatal, key, "cart %s holds %d lines: empty it, or allow --reset-cart", stage.Short(id), len(lines))
	default:
		r.Add(rehearsal.Good, key, "cart %s", stage.Short(id))
	}
}
