package businesscart

import (
	"context"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// rejectingReasons holds the promises about the elements of rejectedItems: what
// they name, and why.
func rejectingReasons() {
	// Each element of rejectedItems has an id and at least one artifact with a type.
	It("says what is rejected and of which kind the reason is", Judges("CART-ADD-16"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		many := Limited(0).Times(Limited(0).Stock(ctx) + 1)

		for _, request := range [][]Wanted{{many}, {Available(0).Times(1), many, Available(1).Times(1)}} {
			after := cart.Rejecting(ctx, request...)

			for _, rejection := range after.Rejected() {
				Expect(after).To(GiveReasonsFor(rejection))
			}
		}
	})

	// Lack of stock is told as UnavailableQuantity, with the quantity that cannot
	// be had.
	It("tells the quantity that cannot be had", Judges("CART-ADD-17"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		wanted := cart.Overasked(ctx)

		after := cart.Rejecting(ctx, wanted)

		mustGiveReasons(ctx, after)
		Expect(after).To(TellUnavailable(wishFor(ctx, wanted, after)))
	})

	// Also beside good items, which no artifact counts.
	It("tells the quantity that cannot be had beside good items", Judges("CART-ADD-17"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		wanted := cart.Overasked(ctx)

		after := cart.Rejecting(ctx, Available(0).Times(2), wanted)

		mustGiveReasons(ctx, after)
		Expect(after).To(TellUnavailable(wishFor(ctx, wanted, after)))
	})

	// And no more than was asked for, whatever the cart holds of the offer.
	It("tells the quantity that cannot be had of an offer that the cart holds", Judges("CART-ADD-17"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		wanted := cart.Overasked(ctx)
		cart.Add(ctx, Limited(0), 1)

		after := cart.Rejecting(ctx, wanted)

		mustGiveReasons(ctx, after)
		told := TellUnavailable(upTo(wanted.Quantity))
		if !fits(after, told) { // the twin: one more, which can be had
			if r := cart.TryAdd(ctx, Limited(0).Times(1)); wanted.Quantity > 2 && (!r.Success() || len(r.Rejected()) != 0) {
				Needs(ctx, "CART-BOI-04", r.X, "one more unit of "+wanted.Product(ctx)+" to be taken", r.Says())
			}
		}
		Expect(after).To(told)
	})

	// The rejected id is the externalId of the request item, wherever that stands
	// among several.
	It("names the rejected item by its externalId", Judges("CART-ADD-18"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)

		for place := range 3 {
			ids := []string{"Line-1-" + Of(ctx).Token(), "Line-2-" + Of(ctx).Token(), "Line-3-" + Of(ctx).Token()}
			request := []Wanted{Available(0).Times(1), Available(1).Times(1), Available(2).Times(1)}
			request[place] = Limited(0).Times(stock + 1)
			for i := range request {
				request[i] = request[i].As(ids[i])
			}

			after := cart.Rejecting(ctx, request...)

			Expect(after).To(Reject(ids[place]))
			Expect(after).To(RejectOnly(ids...))
		}
	})

	// Two rejected items are two ids.
	It("names each of two rejected items", Judges("CART-ADD-18"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		second := Limited(1).IfGiven()
		stocks := []int{Limited(0).Stock(ctx), second.Stock(ctx)}
		ids := []string{"First-" + Of(ctx).Token(), "Good-" + Of(ctx).Token(), "Second-" + Of(ctx).Token()}

		after := cart.Rejecting(ctx,
			Limited(0).Times(stocks[0]+1).As(ids[0]), Available(0).Times(1).As(ids[1]), second.Times(stocks[1]+1).As(ids[2]))

		mustBothBeScarce(ctx, after, second)
		if len(after.Rejected()) < 2 {
			Needs(ctx, "CART-ADD-15", after.X, "both overasked items in rejectedItems", seenRejections(after))
		}
		Expect(after).To(Reject(ids[0]))
		Expect(after).To(Reject(ids[2]))
		Expect(after).To(RejectOnly(ids...))
	})

	// Of what was asked for, how much is in the cart and how much is rejected: the
	// guide's sample can be read as a part of the item taken, or as none.
	It("shows what becomes of an item that can be had in part", Observes("CART-ADD-21"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		asked := Limited(0).Stock(ctx) + 1

		after := cart.Rejecting(ctx, Limited(0).Times(asked))

		Of(ctx).Observe(after.X, "an item that can be had in part", split(after, Limited(0).Product(ctx), asked))
	})

	// The same when the cart holds all that can be had.
	It("shows what becomes of an item when the cart holds all there is", Observes("CART-ADD-21"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)
		cart.Add(ctx, Limited(0), stock)

		after := cart.TryAdd(ctx, Limited(0).Times(1))

		Of(ctx).Observe(after.X, "one more than the stock, in two calls", split(after, Limited(0).Product(ctx), stock+1))
	})

	// An artifact of a documented type has the fields of that type. Every answer is
	// watched for it; here are the rejections that an addition can be made to give.
	It("gives each reason with its fields", Judges("CART-ADD-31"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)

		after := cart.Rejecting(ctx, Limited(0).Times(Limited(0).Stock(ctx)+1))

		Expect(after).To(GiveKnownReasonsWithTheirFields())
	})

	// An offer that does not exist has another reason, where it is not refused
	// with an error: that form is open.
	It("gives the reason for an unknown offer with its fields", Judges("CART-ADD-31"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		real := Available(0).Offer(ctx)
		cart.Add(ctx, Available(0), 1)

		after := ask(ctx, addItemsCall(ctx, cart.ID,
			wantedItem{real.ProductIdentifier, varied(real.BuyingOptionIdentifier), 1, newExternalID(ctx)}))

		if len(after.Rejected()) == 0 {
			NotApplicable(ctx, "the target gives no reason in rejectedItems for an unknown offer: %s", formOf(after))
		}
		Expect(after).To(GiveKnownReasonsWithTheirFields())
	})

	// The estimate gives its reasons in the same form.
	It("gives the reasons of an estimate with their fields", Judges("CART-ADD-31"), func(ctx SpecContext) {
		if Of(ctx).Target().Data.Deliverable == nil {
			NotApplicable(ctx, "the target description has no address to estimate the cost for")
		}
		restricted := Restricted(0).IfGiven()
		cart := EmptyCart(ctx)
		cart.Add(ctx, restricted, 1)

		e := cart.Refused(ctx, restricted)

		Expect(e).To(GiveArtifactsWithTheirFields())
	})
}

// mustGiveReasons ends the spec unless each rejected item has a readable reason.
func mustGiveReasons(ctx context.Context, after *Reply) {
	for _, rejection := range after.Rejected() {
		if ok, _ := GiveReasonsFor(rejection).Match(after); !ok {
			Needs(ctx, "CART-ADD-16", after.X, "an id and an artifact with its type for each rejected item", after.Says())
		}
	}
}

// wishFor says which quantities may be told for an over-asked offer that the
// cart did not hold: all that was asked for, or what is left of it when what
// there is, or what was added, is taken off. A live target's stock is not known
// as well as that.
func wishFor(ctx context.Context, wanted Wanted, after *Reply) (string, func(int64) bool) {
	if Of(ctx).Target().Profile == target.Live {
		return upTo(wanted.Quantity)
	}
	asked := int64(wanted.Quantity)
	rest := asked - units(after.Lines(), wanted.Product(ctx))
	return fmt.Sprintf("of %d or 1, where %d were asked for and %d can be had", asked, asked, asked-1),
		func(n int64) bool { return n == asked || n == 1 || n == rest }
}

func upTo(asked int) (string, func(int64) bool) {
	return fmt.Sprintf("from 1 to %d, as many as were asked for", asked), func(n int64) bool { return n <= int64(asked) }
}

// split says how an over-asked quantity is divided between cart and rejection.
func split(after *Reply, product string, asked int) string {
	if !after.Success() {
		return formOf(after)
	}
	var rejected int64
	for _, rejection := range after.Rejected() {
		for _, a := range rejection.Artifacts {
			rejected += a.Quantity
		}
	}
	had := units(after.Lines(), product)
	sum := "which is not the quantity asked for"
	if had+rejected == int64(asked) {
		sum = "which is the quantity asked for"
	}
	return fmt.Sprintf("asked for %d: %d in the cart and %d rejected, %s", asked, had, rejected, sum)
}
