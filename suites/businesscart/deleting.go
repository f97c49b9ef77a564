package businesscart

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// deleting holds the promises of deleteItems: step 8 of the guide. Requests that
// the contract does not allow stand in refusing.go.
func deleting() {
	// Success is status 204: for a cart as it was filled, and for one that has been
	// changed and was cleared before.
	It("answers with 204 each time", Judges("CART-DEL-01"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		for _, changed := range []bool{false, true} {
			lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1))
			if changed {
				cart.Modify(ctx, lines[0], 2)
				cart.Remove(ctx, lines[1])
			}

			cleared := cart.TryClear(ctx)

			cart.blameClear(ctx, cleared)
			Expect(cleared).To(HaveStatus(204))
			cart.Reopen(ctx)
		}
	})

	// The answer has no body: not one byte of it.
	It("answers without a body", Judges("CART-DEL-02"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))

		Expect(cart.Clear(ctx)).To(HaveNoBody())
	})

	// All items are removed.
	It("removes all lines", Judges("CART-DEL-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(4), Available(2).Times(2))
		if items := cart.Items(ctx); len(items.Lines()) != 3 { // their absence would show nothing
			Needs(ctx, "CART-ITEMS-03", items.X, "the three lines that were added", items.Says())
		}

		cart.Clear(ctx)

		Expect(cart.Reopen(ctx)).To(HaveLineCount(0))
		Expect(cart.Items(ctx)).To(HaveLineCount(0)) // and they stay away
	})

	// All of them, however they came into the cart and whatever was done to them.
	It("removes all lines of a cart with a history", Judges("CART-DEL-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		first := cart.Add(ctx, Available(0), 1)
		second := cart.Add(ctx, Available(1), 1)
		cart.Modify(ctx, first, 3)
		cart.Remove(ctx, second)
		cart.AddAll(ctx, Available(2).Times(1), Available(1).Times(2))
		cart.TryAdd(ctx, Available(0).Times(1)) // merged or a second line: both go

		cart.Clear(ctx)

		Expect(cart.Reopen(ctx)).To(HaveLineCount(0))
	})

	// All of them, however many there are.
	It("removes all lines of a longer cart", Judges("CART-DEL-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		added := cart.Taking(ctx, each(plenty(ctx), 1)...)
		if len(added.Lines()) == 0 {
			Needs(ctx, "CART-ADD-03", added.X, "lines for the offers that were added", added.Says())
		}

		cart.Clear(ctx)

		Expect(cart.Reopen(ctx)).To(HaveLineCount(0))
	})

	// All of them, each time.
	It("removes all lines again and again", Judges("CART-DEL-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		for i := range 9 {
			cart.fill(ctx, Available(i%3).Times(1))

			cart.Clear(ctx)

			Expect(cart.Reopen(ctx)).To(HaveLineCount(0))
		}
	})

	// Also those that cannot be had any more.
	It("removes lines that cannot be had any more", Serial, Judges("CART-DEL-03"), func(ctx SpecContext) {
		if Of(ctx).Target().Control.SetStock == nil {
			NotApplicable(ctx, "needs control.setStock")
		}
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)
		lines := cart.AddAll(ctx, Limited(0).Times(1), Available(0).Times(1))
		NewStock(ctx, Limited(0), 0, stock)
		if items := settled(ctx, cart, HaveLine(lines[0], OutOfStock())); items != nil {
			Needs(ctx, "CART-ITEMS-06", items.X, "a line that is not available", describe(items.Lines()))
		}

		cart.Clear(ctx)

		Expect(cart.Reopen(ctx)).To(HaveLineCount(0))
	})

	// What was removed does not come back when something else is added.
	It("keeps removed lines away when the cart is filled again", Judges("CART-DEL-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		old := []target.Offer{Available(0).Offer(ctx), Available(1).Offer(ctx)}
		for _, offer := range old {
			if offer.ProductIdentifier == Available(2).Offer(ctx).ProductIdentifier {
				Inconclusive(ctx, "%s is of the same product as another available offer: a line of it would show nothing", Available(2).Key)
			}
		}
		cart.fill(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.Emptied(ctx)

		after := cart.fill(ctx, Available(2).Times(1))

		for _, answer := range []*Reply{after, cart.Items(ctx)} {
			for _, offer := range old {
				Expect(answer).NotTo(HaveLineOf(offer))
			}
		}
	})

	// The request needs no body.
	It("needs no request body", Judges("CART-DEL-04"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)

		cleared := cart.TryClear(ctx)

		if !cleared.Success() {
			cart.blameClear(ctx, cleared)
			Needs(ctx, "CART-DEL-01", cleared.X, "status 204", cleared.Says())
		}
		Judged(ctx)
		if after := cart.Reopen(ctx); len(after.Lines()) != 0 {
			Needs(ctx, "CART-DEL-03", after.X, "a cart without lines after deleteItems", after.Says())
		}
	})

	// The cart can be filled again, as often as one likes: the same one, or the one
	// that listCarts gives in its place.
	It("leaves a cart that can be filled again and again", Judges("CART-DEL-05"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.fill(ctx, Available(0).Times(2), Available(1).Times(1))

		for i := range 3 {
			cart.Emptied(ctx)
			offers := []Role{Available(i), Available((i + 1) % 3)}

			after := cart.refill(ctx, offers[0].Times(2), offers[1].Times(1))

			Expect(after).To(BeSuccessful())
			for _, offer := range offers {
				offer.MustEnter(ctx, after)
				Expect(after).To(HaveLineOf(offer.Offer(ctx)))
				Expect(cart.Items(ctx)).To(HaveLineOf(offer.Offer(ctx)))
			}
		}
	})

	// The itemIds of removed lines bring nothing back.
	It("forgets the itemIds of removed lines", Judges("CART-DEL-06"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.ModifyAll(ctx, change{lines[0].ItemID, 2}, change{lines[1].ItemID, 1}) // they do name lines
		cart.Emptied(ctx)

		var answer *Reply
		for i, gone := range lines {
			answer = cart.TryModify(ctx, change{gone.ItemID, i + 1})
			Expect(cart.Items(ctx)).To(HaveLineCount(0))
		}
		Of(ctx).Observe(answer.X, "modifying a line that was cleared away", formOf(answer))
	})

	// Nor do they touch the lines that came after them.
	It("keeps removed lines apart from new ones", Judges("CART-DEL-06"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.Modify(ctx, lines[0], 2) // they do name lines
		cart.Emptied(ctx)
		fresh := cart.Add(ctx, Available(2), 1)

		for _, gone := range lines {
			if gone.ItemID == fresh.ItemID { // it names another line now, which is the target's right
				continue
			}
			cart.TryModify(ctx, change{gone.ItemID, 3})
		}

		Expect(cart.Items(ctx)).To(HaveLines(fresh))
	})

	// What clearing an empty cart is answered with is open.
	It("shows how clearing an empty cart is answered", Observes("CART-DEL-07"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)

		again := cart.TryClear(ctx)

		Of(ctx).Observe(again.X, "clearing an empty cart", statusAndCode(again))
		cart.Reopen(ctx)
	})

	// Whether a cleared cart is still listed under its id is open.
	It("shows whether a cleared cart is still listed", Observes("CART-DEL-08"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)
		id := cart.ID
		cart.Emptied(ctx)

		list := AllCarts(ctx, Of(ctx).Lane().Buyer, maxPageSize)

		seen := "it is not listed under its old id"
		if list.seen[id] {
			seen = "it is listed under the same id"
		}
		if cart.ID != id {
			seen += "; another empty cart is listed"
		}
		Of(ctx).Observe(list.last().X, "a cart after deleteItems", seen)
	})
}

// statusAndCode says in a few words how a request was answered.
func statusAndCode(r *Reply) string {
	if r.Success() {
		return fmt.Sprintf("success status %d", r.Status())
	}
	return formOf(r)
}
