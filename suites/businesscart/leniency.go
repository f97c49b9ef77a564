package businesscart

import (
	"context"
	"strings"

	. "github.com/onsi/ginkgo/v2"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// leniency holds the open choices about requests: what the published model
// restricts and the guide does not, a target may accept or refuse.
func leniency() {
	// externalId stands in the guide's sample and is required by the model alone.
	It("shows how an item without externalId is taken", Observes("CART-ADD-30"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1) // the good twin
		offer := Available(1).Offer(ctx)

		bare := addItemsCall(ctx, cart.ID)
		answer := ask(ctx, call(ctx, addItems, bare.Method, bare.Path, map[string]any{"items": []any{map[string]any{
			"productIdentifier": offer.ProductIdentifier, "buyingOptionIdentifier": offer.BuyingOptionIdentifier, "quantity": 1,
		}}}))

		Of(ctx).Observe(answer.X, "adding an item without externalId", formOf(answer))
	})

	// The model's prose says that stateOrRegion is needed in the US.
	It("shows how an address without stateOrRegion is taken", Observes("CART-EST-21"), func(ctx SpecContext) {
		cart := estimated(ctx)

		observeAddress(ctx, cart, "an estimate for an address without stateOrRegion", func(a *target.Address) { a.StateOrRegion = "" })
	})

	// The model has two capitals as countryCode and at most 60 characters in the
	// second and third address line.
	It("shows how an address beyond the limits is taken", Observes("CART-EST-22"), func(ctx SpecContext) {
		cart := estimated(ctx)

		observeAddress(ctx, cart, "an estimate for a countryCode in small letters", func(a *target.Address) {
			a.CountryCode = strings.ToLower(a.CountryCode)
		})
		observeAddress(ctx, cart, "an estimate for an addressLine2 of 61 characters", func(a *target.Address) {
			a.AddressLine2 = strings.Repeat("x", 61)
		})
	})
}

// estimated gives a cart for which the good address is accepted.
func estimated(ctx context.Context) *Cart {
	cart := EmptyCart(ctx)
	cart.Add(ctx, Available(0), 1)
	cart.Estimate(ctx, Deliverable(ctx))
	return cart
}

// observeAddress estimates for a changed copy of the good address.
func observeAddress(ctx context.Context, cart *Cart, subject string, change func(*target.Address)) {
	address := *Deliverable(ctx)
	change(&address)
	e := cart.TryEstimate(ctx, &address)
	seen := formOf(e.Reply)
	if charges, rejections := e.populated(); e.Success() && charges == 0 && rejections > 0 {
		seen = "success status with rejectionArtifacts"
	}
	Of(ctx).Observe(e.X, subject, seen)
}
