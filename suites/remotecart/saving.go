package remotecart

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// saving holds the promises about what cannot be had when it is added: it waits in
// the saved area. Moving entries there and back stands in moving.go.
func saving() {
	// What is out of stock is saved for later, and not active.
	It("saves what cannot be had", Judges("RC-SFL-01"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(1), Unavailable(0).Times(1))

		Expect(r).To(HaveSaved(Unavailable(0).ASIN(ctx), 1))
		Expect(created(ctx, r).Get(ctx)).To(HaveSaved(Unavailable(0).ASIN(ctx), 1))
	})

	// What is no longer sold is saved, and so is what is not sold yet.
	It("saves what is discontinued", Judges("RC-SFL-02"), func(ctx SpecContext) {
		gone := unavailableBecause(ctx, target.Discontinued)

		Expect(TryCreate(ctx, Available(0).Times(1), gone.Times(1))).To(HaveSaved(gone.ASIN(ctx), 1))
	})
	It("saves what is not yet released", Judges("RC-SFL-03"), func(ctx SpecContext) {
		coming := unavailableBecause(ctx, target.NotYetReleased)

		Expect(TryCreate(ctx, Available(0).Times(1), coming.Times(1))).To(HaveSaved(coming.ASIN(ctx), 1))
	})

	// That is no error.
	It("calls that no error", Judges("RC-SFL-04"), func(ctx SpecContext) {
		Taken(ctx, TryCreate(ctx, Available(0).Times(1)))

		for _, wanted := range [][]Wanted{{Unavailable(0).Times(1)}, {Available(0).Times(1), Unavailable(0).Times(1)}} {
			Expect(TryCreate(ctx, wanted...)).To(BeValid())
		}
	})

	// An offer that is over by the time it is added is saved, too.
	for _, operation := range []string{cartCreate, cartAdd} {
		It("saves what ended between look-up and "+operation, Serial, Judges("RC-SFL-05"), func(ctx SpecContext) {
			cart := NewCart(ctx, Available(1).Times(1))
			NewCart(ctx, Available(0).Offered(1))
			MakeUnavailable(ctx, Available(0))

			r := ask(ctx, cart.bringing(ctx, operation, itemsOf(ctx, Available(0).Offered(1))...))

			Taken(ctx, r)
			Expect(r).To(HaveSaved(Available(0).ASIN(ctx), 1))
		})
	}

	// CartAdd does the same.
	It("saves what cannot be had when it is added to a cart", Judges("RC-SFL-06"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		r := cart.TryAdd(ctx, Unavailable(0).Times(1))

		for _, answer := range []*Reply{r, cart.Get(ctx)} {
			Expect(answer).To(HaveSaved(Unavailable(0).ASIN(ctx), 1))
		}
	})

	It("calls that no error when it is added to a cart", Judges("RC-SFL-06"), func(ctx SpecContext) {
		Taken(ctx, NewCart(ctx, Available(0).Times(1)).TryAdd(ctx, Unavailable(0).Times(1)))
	})

	// Of one request each item goes to its own area.
	It("parts what can be had from what cannot", Judges("RC-SFL-07"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(1), Unavailable(0).Times(1), Available(1).Times(1))
		cart := created(ctx, r)

		for _, answer := range []*Reply{r, cart.Get(ctx)} {
			Expect(answer).To(HaveActive(Available(0).ASIN(ctx), 1))
			Expect(answer).To(HaveActive(Available(1).ASIN(ctx), 1))
			Expect(answer).To(HaveSaved(Unavailable(0).ASIN(ctx), 1))
		}
	})

	It("saves each of several that cannot be had", Judges("RC-SFL-07"), func(ctx SpecContext) {
		r := TryCreate(ctx, Unavailable(0).Times(1), Unavailable(1).Times(1), Unavailable(2).Times(1))
		cart := created(ctx, r)

		for _, answer := range []*Reply{r, cart.Get(ctx)} {
			for i := range 3 {
				Expect(answer).To(HaveSaved(Unavailable(i).ASIN(ctx), 1))
			}
		}
	})

	// Where nothing can be had there is a cart all the same.
	It("creates a cart of what cannot be had", Judges("RC-SFL-08"), func(ctx SpecContext) {
		r := TryCreate(ctx, Unavailable(0).Times(1))

		Expect(r).To(HaveElements("CartId", "HMAC"))
		r.savedEntry(ctx, "RC-SFL-01", Unavailable(0).ASIN(ctx))
	})

	// A saved entry shows what an active one does.
	It("shows of a saved entry what it shows of an active one", Judges("RC-SFL-09"), func(ctx SpecContext) {
		cart := NewCart(ctx, Unavailable(0).Times(2))

		for _, answer := range []*Reply{cart.Born, cart.Get(ctx)} {
			Expect(answer).To(HaveFields(answer.Saved(), "CartItemId", "ASIN", "Quantity", "Title", "ProductGroup", "Price", "ItemTotal"))
		}
	})

	// The saved area has a total of its own.
	It("adds up the saved area", Judges("RC-SFL-10"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Unavailable(0).Times(2))

		for _, answer := range []*Reply{cart.Born, cart.Get(ctx)} {
			answer.legible(ctx)
			Expect(answer).To(HaveElements("SavedForLaterItems/SubTotal"))
			Expect(answer).To(AddUpTheSaved())
		}
	})
	It("adds up several saved entries", Judges("RC-SFL-10"), func(ctx SpecContext) {
		r := NewCart(ctx, Unavailable(0).Times(1), Unavailable(1).Times(1), Unavailable(2).Times(1)).Get(ctx)

		r.legible(ctx)
		Expect(r).To(AddUpTheSaved())
	})

	// The quantity is that which was asked for.
	It("saves the quantity that was asked for", Judges("RC-SFL-11"), func(ctx SpecContext) {
		r := TryCreate(ctx, Unavailable(0).Times(3))
		cart := created(ctx, r)

		Expect(r).To(HaveSaved(Unavailable(0).ASIN(ctx), 3))
		Expect(cart.Get(ctx)).To(HaveSaved(Unavailable(0).ASIN(ctx), 3))
	})

	// SavedForLaterItems is there for saved entries only.
	It("shows what is saved in the saved area", Judges("RC-RG-19"), func(ctx SpecContext) {
		cart := NewCart(ctx, Unavailable(0).Times(1))
		cart.Born.savedEntry(ctx, "RC-SFL-01", Unavailable(0).ASIN(ctx))

		for _, answer := range []*Reply{cart.Born, cart.Get(ctx)} {
			Expect(answer).To(HaveElements("SavedForLaterItems/SavedForLaterItem"))
		}
	})
}
