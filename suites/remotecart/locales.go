package remotecart

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// locales holds the promises about more locales than one, which a target has to
// claim.
func locales() {
	// The operations are there in each locale, and so is the group Cart. There may be
	// one product only, which is added to the cart once that is empty.
	It("does all five operations in each locale", Judges("RC-GEN-05"), func(ctx SpecContext) {
		emptied := NewCart(ctx, Available(0).Times(1))
		emptied.Clear(ctx)
		if r := emptied.TryAdd(ctx, Available(0).Times(1)); !r.Valid() {
			Needs(ctx, "RC-X-CLR-02", r.X, "a cart that was cleared to be filled again", r.Says())
		}
		for _, locale := range otherLocales(ctx) {
			cart := createIn(ctx, locale)

			for _, operation := range []string{cartModify, cartGet, cartClear, cartAdd} {
				q := in(locale, cart.request(ctx, operation))
				switch operation {
				case cartAdd:
					q.items = []item{byASIN(1, locale.ASIN).quantity(1)}
				case cartModify:
					q.items = []item{byEntry(1, cart.Born.entry(ctx, locale.ASIN).ID).quantity(1)}
				}

				r := ask(ctx, q)

				Taken(ctx, r)
				Expect(r).To(HaveElements("CartId"))
			}
		}
	})

	// Whether a cart can be read in another locale is told by a page of an old edition.
	It("says whether a cart is known in another locale", Observes("RC-X-LOC-01"), func(ctx SpecContext) {
		for _, locale := range otherLocales(ctx) {
			cart := NewCart(ctx, Available(0).Times(2))

			r := ask(ctx, in(locale, cart.request(ctx, cartGet)))

			Of(ctx).Observe(r.X, "CartGet of a cart of another locale", outcome(r))
		}
	})

	// The currency is that of each locale, and so is how it is displayed.
	It("reckons in the currency of each locale", Judges("RC-RG-07"), func(ctx SpecContext) {
		for _, locale := range otherLocales(ctx) {
			keeps(ctx, createIn(ctx, locale).Born, oneCurrency())
		}
	})
	It("displays amounts in each locale", Judges("RC-RG-08"), func(ctx SpecContext) {
		for _, locale := range otherLocales(ctx) {
			keeps(ctx, createIn(ctx, locale).Born, displayedAmounts())
		}
	})

	// MergeCart=True is for the US alone (D11).
	It("says what MergeCart does elsewhere", Observes("RC-ADD-22"), func(ctx SpecContext) {
		for _, locale := range otherLocales(ctx) {
			cart := createIn(ctx, locale)
			q := in(locale, cart.request(ctx, cartGet))

			r := ask(ctx, q)

			Of(ctx).Observe(r.X, "MergeCart in PurchaseURL in "+locale.Locale, orNothing(inPurchaseURL(r, "MergeCart")))
		}
	})

	// Who sells an entry is shown by older editions (D20).
	It("says who sells an entry in each locale", Observes("RC-ITEM-10"), func(ctx SpecContext) {
		for _, locale := range otherLocales(ctx) {
			r := createIn(ctx, locale).Born
			seen := ""
			for _, name := range []string{"MerchantId", "SellerId"} {
				if text(r.entry(ctx, locale.ASIN).Fields[name]) != "" {
					seen += " " + name
				}
			}
			Of(ctx).Observe(r.X, "elements about the seller of an entry in "+locale.Locale, orNothing(seen))
		}
	})
}

// otherLocales gives the locales beside the target's own, with a product each.
func otherLocales(ctx context.Context) []target.OtherLocale {
	claims(ctx, target.Locales)
	var usable []target.OtherLocale
	for _, locale := range remote(ctx).OtherLocales {
		if locale.ASIN != "" {
			usable = append(usable, locale)
		}
	}
	if len(usable) == 0 {
		Inconclusive(ctx, "remoteCart.otherLocales names no locale with a product in the target description")
	}
	return usable
}

// in sends a request to another locale.
func in(locale target.OtherLocale, q request) request {
	q.locale = locale.Locale
	if locale.AssociateTag != "" && q.tag != "" {
		q.tag = locale.AssociateTag
	}
	return q
}

// createIn creates a cart in another locale.
func createIn(ctx context.Context, locale target.OtherLocale) *Cart {
	q := in(locale, to(ctx, cartCreate))
	q.items = []item{byASIN(1, locale.ASIN).quantity(1)}
	return created(ctx, ask(ctx, q))
}

// locale gives the locale that an answer came from.
func (r *Reply) locale() string {
	if r.request.locale != "" {
		return r.request.locale
	}
	return r.stage.Target().Remote.Locale
}
