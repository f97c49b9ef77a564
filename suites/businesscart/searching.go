package businesscart

import (
	"context"
	"fmt"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// delivered is how many of the offers that a search finds are tried.
const delivered = 8

// searching holds the promise about the intake from the Product Search API: "Best
// practices" of the guide.
func searching() {
	// What a search with a postal code finds can be delivered there: the estimate for
	// an address with that code has charges. What cannot be had, or not by this buyer,
	// is not asked for.
	It("finds what can be delivered to its postal code", Judges("CART-SRCH-01"), func(ctx SpecContext) {
		mustClaim(ctx, target.ProductSearch)
		address := Deliverable(ctx)
		judged, doubtful := 0, 0
		for _, f := range mustFind(ctx, address.PostalCode) {
			cart := EmptyCart(ctx)
			after := cart.TryAdd(ctx, found(f.Offer).Times(1))
			if !after.Success() || len(linesOf(after.Lines(), f.ProductIdentifier)) == 0 { // sold out since, or what else may be
				Of(ctx).Observe(after.X, "adding "+Short(f.ProductIdentifier)+", which a search found", formOf(after)+", rejected: "+reasons(after.Rejected()))
				continue
			}

			e := cart.Estimate(ctx, address)

			e.mustShowBoth(ctx)
			charges, rejections := e.populated()
			if charges > 0 && rejections > 0 {
				Needs(ctx, "CART-EST-04", e.X, "charges or rejectionArtifacts", e.seen())
			}
			if rejections > 0 && mayBeRestricted(ctx, cart, f) {
				Of(ctx).Observe(e.X, "an estimate for "+Short(f.ProductIdentifier)+", which a search found", "rejected, perhaps for any address: "+e.seen())
				doubtful++
				continue
			}
			Expect(e).To(DeliverWhatWasFound(f, address.PostalCode))
			judged++
		}
		if judged == 0 && doubtful > 0 {
			Inconclusive(ctx, "the estimate rejects what the search finds, and not for the address as far as can be told: "+
				"other search.keywords may find something, data.addresses.other with another postal code may tell")
		}
		if judged == 0 {
			Inconclusive(ctx, "none of what the search finds can be had by the buyer: other search.keywords may find something")
		}
	})
}

// takingFound holds what the cart owes to a search: "How it works" of the guide.
func takingFound() {
	// The product and the offer id of a search are all that an addition needs: the
	// cart takes them as they are.
	It("finds what the cart takes as it is", Judges("CART-ADD-03"), func(ctx SpecContext) {
		mustClaim(ctx, target.ProductSearch)
		offers := mustFind(ctx, Deliverable(ctx).PostalCode)
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1) // the good twins, which stand in the description
		cart.Add(ctx, Available(1), 1)
		cart.Emptied(ctx) // or they would stand for what is found
		taken := 0
		for _, f := range offers {
			after := cart.TryAdd(ctx, found(f.Offer).Times(1))
			refused := after.Success() && len(after.Rejected()) > 0 || after.Refused() && !after.turnedAway()
			if Of(ctx).Target().Profile == target.Live && refused { // sold out since, or what else may be
				Of(ctx).Observe(after.X, "adding "+Short(f.ProductIdentifier)+", which a search found", after.Says())
				continue
			}
			Expect(after).To(HoldProduct(f.ProductIdentifier))
			taken++
		}
		if taken == 0 {
			Inconclusive(ctx, "the cart rejects all that the search finds: other search.keywords may find something")
		}
	})
}

// mustFind searches for offers that can be had, and gives some. There have to be
// any.
func mustFind(ctx context.Context, postalCode string) []Found {
	if Of(ctx).Target().Search == nil {
		Inconclusive(ctx, "search is missing from the target description")
	}
	var all []Found
	last := "it finds nothing"
	asked := 0
	answers := search(ctx, postalCode, func(f Found) bool {
		if f.Why != "" && f.BuyingOptionIdentifier == "" && asked < delivered {
			asked++
			f = offersOf(ctx, postalCode, f)
		}
		if f.Why == "" {
			all = append(all, f)
		} else {
			last = "the last that it finds, " + Short(f.ProductIdentifier) + ", is of no use: " + f.Why
		}
		return len(all) == delivered
	})
	for _, answer := range answers {
		answer.mustExist(ctx)
	}
	if bad := failed(answers); bad != nil {
		Needs(ctx, "CART-SRCH-01", bad.X, "the search to be answered with a success status and an array of products", bad.Says())
	}
	if len(all) == 0 {
		if Of(ctx).Target().Profile == target.Live {
			Inconclusive(ctx, "search does not play its role: %s", last)
		}
		Needs(ctx, "CART-SRCH-01", answers[0].X, "products with an offer that can be had, for the keywords of the target description", last)
	}
	return all
}

// mayBeRestricted reports whether a found offer that the estimate rejects may be
// one that this buyer cannot order wherever it is to be delivered: such offers are
// no evidence. The description names some, and a search may give them another
// offer id; of others it shows at another address, and without one it cannot be told.
func mayBeRestricted(ctx context.Context, cart *Cart, f Found) bool {
	data := Of(ctx).Target().Data
	if slices.ContainsFunc(data.Restricted, func(o target.Offer) bool { return o.ProductIdentifier == f.ProductIdentifier }) {
		return true
	}
	if data.Other == nil || data.Other.PostalCode == data.Deliverable.PostalCode {
		return true
	}
	elsewhere := cart.TryEstimate(ctx, data.Other)
	charges, _ := elsewhere.populated()
	return !elsewhere.Success() || charges == 0
}

// DeliverWhatWasFound matches an estimate with charges for a found offer.
func DeliverWhatWasFound(f Found, postalCode string) types.GomegaMatcher {
	wanted := fmt.Sprintf("charges for %s, which the search with shippingPostalCode %s found", f.ProductIdentifier, postalCode)
	return ofEstimate(wanted, func(e *Estimate) bool {
		charges, rejections := e.populated()
		return e.Success() && charges > 0 && rejections == 0
	})
}
