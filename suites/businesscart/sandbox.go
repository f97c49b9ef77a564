package businesscart

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// sandbox holds what can be asked of a static sandbox: it knows the documented
// sample requests and nothing else, answers each with a canned answer and keeps
// no state. Its carts do not even add up (two items of 30 and two of 40 have a
// subtotal of 70), so that only the form of each answer is judged. It stands for all
// other areas when the profile is static-sandbox.
func sandbox() {
	// The list of carts is an array.
	It("answers the documented listCarts with an array of carts", Judges("CART-LIST-01"), func(ctx SpecContext) {
		Expect(sampleList(ctx)).To(HaveArrays("cartDetailsList"))
	})

	// Each listed cart has an id.
	It("lists carts with an id", Judges("CART-LIST-02"), func(ctx SpecContext) {
		Expect(sampleList(ctx)).To(HaveInEachEntry("id"))
	})

	// Each listed cart has a type and a region.
	It("lists carts with a type and a region", Judges("CART-LIST-03"), func(ctx SpecContext) {
		Expect(sampleList(ctx)).To(HaveInEachEntry("cartType", "region"))
	})

	// A request without pageToken and pageSize succeeds.
	It("lists carts without page parameters", Judges("CART-LIST-15"), func(ctx SpecContext) {
		answer := ask(ctx, listCartsCall(ctx, Of(ctx).Lane().Buyer, 0, ""))

		Expect(answer).To(BeSuccessful())
		Expect(answer).To(HaveArrays("cartDetailsList"))
	})

	// A request without region is refused.
	It("refuses listCarts without a region", Judges("CART-GEN-03"), func(ctx SpecContext) {
		twin := sampleList(ctx)

		bad := listCartsCall(ctx, Of(ctx).Lane().Buyer, 0, "")
		bad.Query = ""
		answer := ask(ctx, bad)

		Expect(twin).To(BeSuccessful())
		Expect(answer).To(BeRefused())
		Of(ctx).ObserveAs("CART-ERR-03", answer.X, "a request without region", formOf(answer))
	})

	// The summary is that of the cart asked for.
	It("summarises the documented cart", Judges("CART-GET-01"), func(ctx SpecContext) {
		cart := sampleCart(ctx)

		answer := ask(ctx, getCartCall(ctx, cart.ID))

		Expect(answer).To(BeSuccessful())
		Expect(answer).To(HaveText("id", cart.ID))
	})

	// The summary has a SubTotal.
	It("summarises with a SubTotal", Judges("CART-GET-02"), func(ctx SpecContext) {
		Expect(sampleCart(ctx).Summary(ctx)).To(HaveSubTotal())
	})

	// The items are an array.
	It("answers the documented getItems with an array", Judges("CART-ITEMS-01"), func(ctx SpecContext) {
		answer := ask(ctx, getItemsCall(ctx, sampleCart(ctx).ID))

		Expect(answer).To(BeSuccessful())
		Expect(answer).To(HaveArrays("items"))
	})

	// Adding the documented item succeeds.
	It("accepts the documented addItems", Judges("CART-ADD-02"), func(ctx SpecContext) {
		answer := ask(ctx, sampleAdd(ctx))

		Expect(answer).To(BeSuccessful())
		Expect(answer).To(HaveArrays("items"))
	})

	// The answer to an addition has items and rejectedItems.
	It("answers the documented addItems with items and rejectedItems", Judges("CART-ADD-04"), func(ctx SpecContext) {
		Expect(working(ctx, "CART-ADD-02", sampleAdd(ctx))).To(HaveArrays("items", "rejectedItems"))
	})

	// Nothing of the documented addition is rejected.
	It("rejects nothing of the documented addItems", Judges("CART-ADD-08"), func(ctx SpecContext) {
		Expect(working(ctx, "CART-ADD-02", sampleAdd(ctx))).To(HaveEmptyArray("rejectedItems"))
	})

	// Modifying the documented line succeeds.
	It("accepts the documented modifyItems", Judges("CART-MOD-02"), func(ctx SpecContext) {
		answer := ask(ctx, sampleModify(ctx))

		Expect(answer).To(BeSuccessful())
		Expect(answer).To(HaveArrays("items"))
	})

	// The answer to a modification has items and rejectedItems.
	It("answers the documented modifyItems with items and rejectedItems", Judges("CART-MOD-07"), func(ctx SpecContext) {
		Expect(working(ctx, "CART-MOD-02", sampleModify(ctx))).To(HaveArrays("items", "rejectedItems"))
	})

	// Nothing of the documented modification is rejected.
	It("rejects nothing of the documented modifyItems", Judges("CART-MOD-08"), func(ctx SpecContext) {
		Expect(working(ctx, "CART-MOD-02", sampleModify(ctx))).To(HaveEmptyArray("rejectedItems"))
	})

	// The documented address is accepted.
	It("accepts the documented estimate", Judges("CART-EST-02"), func(ctx SpecContext) {
		answer := ask(ctx, sampleEstimate(ctx))

		Expect(answer).To(BeSuccessful())
		Expect(answer).To(HaveArrays("charges"))
	})

	// The estimate has charges and rejectionArtifacts.
	It("estimates with charges and rejectionArtifacts", Judges("CART-EST-03"), func(ctx SpecContext) {
		Expect(working(ctx, "CART-EST-02", sampleEstimate(ctx))).To(HaveArrays("charges", "rejectionArtifacts"))
	})

	// The rejectionArtifacts are empty beside charges.
	It("estimates with charges alone", Judges("CART-EST-07"), func(ctx SpecContext) {
		answer := working(ctx, "CART-EST-02", sampleEstimate(ctx))
		if charges, ok := answer.Array("charges"); !ok || len(charges) == 0 {
			Needs(ctx, "CART-EST-05", answer.X, "charges for the documented cart", answer.Says())
		}

		Expect(answer).To(HaveEmptyArray("rejectionArtifacts"))
	})

	// Clearing answers with 204 and without a body.
	It("clears the documented cart with 204", Judges("CART-DEL-01"), func(ctx SpecContext) {
		working(ctx, "CART-LIST-01", listCartsCall(ctx, Of(ctx).Lane().Buyer, 0, ""))

		Expect(ask(ctx, deleteItemsCall(ctx, sampleCart(ctx).ID))).To(HaveStatus(204))
	})
}

// sampleCart is the cart that the sandbox knows.
func sampleCart(ctx context.Context) *Cart {
	id := Of(ctx).CartID()
	if id == "" {
		Inconclusive(ctx, "lanes[].cartId is missing from the target description: name the cart that the sandbox knows (cart-123)")
	}
	return &Cart{ID: id}
}

// The documented requests. What differs between the documents comes from the
// target description: the cart, the first available offer and the address.

func sampleList(ctx context.Context) *Reply {
	return working(ctx, "CART-LIST-01", listCartsCall(ctx, Of(ctx).Lane().Buyer, 0, ""))
}

func sampleAdd(ctx context.Context) Call {
	return addItemsCall(ctx, sampleCart(ctx).ID, Available(0).Times(1).As("client-item-001").item(ctx))
}

func sampleModify(ctx context.Context) Call {
	return modifyItemsCall(ctx, sampleCart(ctx).ID, change{"cId1", 3})
}

func sampleEstimate(ctx context.Context) Call {
	return estimateCall(ctx, sampleCart(ctx).ID, Deliverable(ctx))
}

// working asks what must succeed for anything else to be seen.
func working(ctx context.Context, id string, c Call) *Reply {
	answer := ask(ctx, c)
	if !answer.Success() || answer.Doc == nil {
		Needs(ctx, id, answer.X, "a success answer to the documented request", answer.Says())
	}
	return answer
}
