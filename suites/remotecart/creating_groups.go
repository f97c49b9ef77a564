package remotecart

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"cartconform/spec/sigv2"
	. "cartconform/suites/stage"
)

// creatingGroups holds the promises of CartCreate about response groups and about
// what became of MergeCart.
func creatingGroups() {
	// Without ResponseGroup the answer is that of the group Cart.
	It("answers with the group Cart unasked", Judges("RC-CREATE-27"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items, create.groups = itemsOf(ctx, Available(0).Times(1)), "Cart"
		asked := ask(ctx, create)
		if missing := asked.lacks(cartGroup()...); len(missing) != 0 {
			Needs(ctx, "RC-X-RG-01", asked.X, "what the group Cart shows", "a cart without "+strings.Join(missing, ", "))
		}

		Expect(TryCreate(ctx, Available(0).Times(1))).To(HaveElements(cartGroup()...))
	})

	// The companion groups are valid.
	for _, name := range companions() {
		It("takes the group "+name, Judges("RC-CREATE-28"), func(ctx SpecContext) {
			create := to(ctx, cartCreate)
			create.items, create.groups = itemsOf(ctx, Available(0).Times(1)), "Cart,"+name

			r := ask(ctx, create)

			Taken(ctx, r)
			Expect(r.CartID()).NotTo(BeEmpty())
		})
	}

	// Others are not.
	It("takes no group of other operations", Judges("RC-CREATE-29"), func(ctx SpecContext) {
		good, bad := to(ctx, cartCreate), to(ctx, cartCreate)
		good.items, good.groups = itemsOf(ctx, Available(0).Times(1)), "Cart"
		bad.items, bad.groups = good.items, "Large"

		refusesToCreate(ctx, good, bad)
	})

	// The documented example asks for three.
	It("takes Request, Cart and CartSimilarities together", Judges("RC-CREATE-30"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items, create.groups = itemsOf(ctx, Available(0).Times(1)), "Request,Cart,CartSimilarities"

		r := ask(ctx, create)

		Taken(ctx, r)
		Expect(r).To(HaveElements("CartId", "HMAC", "CartItems/CartItem"))
	})

	// CartSimilarities adds up to five products, and none of it where there are none.
	It("shows up to five similar products", Judges("RC-CREATE-31"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items, create.groups = itemsOf(ctx, Available(0).Times(1)), "Cart,CartSimilarities"

		r := ask(ctx, create)
		created(ctx, r)

		if r.at("Cart", "SimilarProducts") == nil {
			NotApplicable(ctx, "the target knows nothing similar to %s", Available(0).Key)
		}
		Expect(r).To(ShowSimilarProducts(5))
	})

	// MergeCart is out of use, and does no harm.
	It("takes a MergeCart that is out of use", Observes("RC-CREATE-32"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items = itemsOf(ctx, Available(0).Times(1))
		create.other = []sigv2.Parameter{{Name: "MergeCart", Value: "True"}}

		r := ask(ctx, create)

		Of(ctx).Observe(r.X, "CartCreate with MergeCart=True", outcome(r))
	})
	It("says whether MergeCart is echoed", Observes("RC-CREATE-33"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items = itemsOf(ctx, Available(0).Times(1))
		create.other = []sigv2.Parameter{{Name: "MergeCart", Value: "True"}}

		r := ask(ctx, create)

		Of(ctx).Observe(r.X, "MergeCart in the echo", orNothing(text(below(r.echo(), "MergeCart"))))
		Of(ctx).Observe(r.X, "MergeCart in PurchaseURL", orNothing(inPurchaseURL(r, "MergeCart")))
	})

	// Whether the tag may be left out depends on the edition (D3).
	It("says whether a cart is created without a tag", Observes("RC-CREATE-34"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items, create.tag = itemsOf(ctx, Available(0).Times(1)), ""

		r := ask(ctx, create)

		Of(ctx).Observe(r.X, "CartCreate without AssociateTag", outcome(r))
	})
}

// companions lists the groups beside Cart.
func companions() []string { return []string{"CartSimilarities", "CartTopSellers", "CartNewReleases"} }

// cartGroup lists what the group Cart shows of a cart with an active entry, below
// Cart.
func cartGroup() []string {
	return []string{
		"CartId", "HMAC", "URLEncodedHMAC", "PurchaseURL", "SubTotal", "CartItems/SubTotal",
		"CartItems/CartItem/CartItemId", "CartItems/CartItem/ASIN", "CartItems/CartItem/Quantity", "CartItems/CartItem/Price",
		"CartItems/CartItem/ItemTotal", "CartItems/CartItem/Title",
	}
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return Short(s)
}
