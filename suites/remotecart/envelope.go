package remotecart

import (
	"context"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"cartconform/spec/sigv2"
	. "cartconform/suites/stage"
)

// envelope holds what other editions and recorded answers show of the document
// around the cart.
func envelope() {
	// The root is named after the operation, in the namespace of the version.
	It("names the root after the operation", Judges("RC-X-ENV-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		for _, operation := range later() {
			r := ask(ctx, cart.about(ctx, operation, 0))

			Expect(r).To(BeReadable())
		}
	})

	// So is what tells of mistakes, and all that stands below the root.
	It("writes every kind of answer in the namespace", Judges("RC-X-ENV-01"), func(ctx SpecContext) {
		serving(ctx, cartAdd, cartGet)
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(1))
		wrong := &Cart{ID: cart.ID, HMAC: altered(cart.HMAC), Born: cart.Born}

		for _, r := range []*Reply{
			cart.Save(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx))),
			ask(ctx, cart.request(ctx, cartAdd)),
			ask(ctx, wrong.request(ctx, cartGet)),
		} {
			Expect(r).To(BeReadable())
		}
	})

	// However much there is to say.
	It("answers with a whole document, however full the cart is", Judges("RC-X-ENV-01"), func(ctx SpecContext) {
		Expect(CartOf(ctx, 50).Get(ctx)).To(BeReadable())
	})

	// OperationRequest tells of the request, each time anew.
	It("tells of the request", Judges("RC-X-ENV-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		seen := map[string]bool{}
		for _, r := range []*Reply{cart.Born, cart.Get(ctx), cart.Get(ctx), cart.Clear(ctx)} {
			Expect(r).To(TellOfItsRequest(seen))
			seen[text(r.at("OperationRequest", "RequestId"))] = true
		}
	})

	// Also of one that is not valid.
	It("tells of a request that is not valid", Judges("RC-X-ENV-02"), func(ctx SpecContext) {
		serving(ctx, cartAdd)

		r := ask(ctx, NewCart(ctx, Available(0).Times(1)).request(ctx, cartAdd))

		fails(ctx, r, "RC-ADD-26")
		Expect(r).To(TellOfItsRequest(map[string]bool{}))
	})

	// Arguments repeats the parameters as they were sent.
	It("repeats the parameters of each operation", Judges("RC-X-ENV-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		for _, operation := range append([]string{cartCreate}, later()...) {
			mustRepeat(ctx, cart.about(ctx, operation, 0))
		}
	})

	// However many there are, whatever they are called, and whatever is in them.
	It("repeats many parameters", Judges("RC-X-ENV-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		mustRepeat(ctx, cart.request(ctx, cartAdd, itemsOf(ctx, ten(1)...)...))
	})
	for _, other := range []struct{ what, value string }{
		{"a long value", strings.Repeat("long and ", 20) + "longer"},
		{"signs of all kinds", "100%25 & a%2Bb=c+d, \u00fc?"},
	} {
		It("repeats "+other.what, Judges("RC-X-ENV-03"), func(ctx SpecContext) {
			cart := NewCart(ctx, Available(0).Times(1))
			q := cart.request(ctx, cartGet)
			q.other = []sigv2.Parameter{{Name: "Remark", Value: other.value}}

			mustRepeat(ctx, q)
		})
	}

	// What is wrong with a request is told in a document of status 200.
	It("tells what is wrong in a document of status 200", Judges("RC-X-ENV-04"), func(ctx SpecContext) {
		serving(ctx, cartAdd, cartModify)
		cart := NewCart(ctx, Available(0).Times(1))
		for _, without := range []struct {
			items  request
			wanted string // the promise that it is a mistake
		}{{to(ctx, cartCreate), "RC-CREATE-05"}, {cart.request(ctx, cartAdd), "RC-ADD-26"}, {cart.request(ctx, cartModify), "RC-X-CODE-01"}} {
			r := ask(ctx, without.items)

			fails(ctx, r, without.wanted)
			Expect(r).To(TellWhatIsWrong())
		}
	})

	// Each violation is an error of its own.
	It("tells of each violation", Judges("RC-X-ENV-05"), func(ctx SpecContext) {
		NewCart(ctx, Available(0).Times(1)).Add(ctx, Available(1).Times(1))

		r := ask(ctx, to(ctx, cartAdd))

		Expect(r).To(HaveErrors(3))
	})

	// Each group that was asked for is repeated.
	It("repeats each response group", Judges("RC-X-ENV-06"), func(ctx SpecContext) {
		q := to(ctx, cartCreate)
		q.items, q.groups = itemsOf(ctx, Available(0).Times(1)), "Cart,CartSimilarities,CartTopSellers"

		r := ask(ctx, q)
		created(ctx, r)

		Expect(r).To(RepeatItsGroups())
	})

	// Validate=True is to do nothing but look at the request.
	It("says what it does when it is to validate", Observes("RC-X-ENV-07"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		validate := []sigv2.Parameter{{Name: "Validate", Value: "True"}}
		create := to(ctx, cartCreate)
		create.items, create.other, create.unjudged = itemsOf(ctx, Available(0).Times(1)), validate, true
		made := ask(ctx, create)
		seen := "no cart"
		if c := made.cart(); c != nil && c.TryGet(ctx).Valid() {
			seen = "a cart"
		}
		Of(ctx).Observe(made.X, "CartCreate with Validate=True makes", seen)

		for _, operation := range []string{cartAdd, cartModify, cartClear} {
			q := cart.about(ctx, operation, 0)
			q.other, q.unjudged = validate, true
			before := cart.Get(ctx)
			r := ask(ctx, q)
			seen := "nothing"
			if !contentsOf(cart.Get(ctx)).equal(contentsOf(before)) {
				seen = "the cart"
			}
			Of(ctx).Observe(r.X, operation+" with Validate=True changes", seen)
		}
	})
}

// mustRepeat expects that the answer to a request, which has to work, repeats its
// parameters.
func mustRepeat(ctx context.Context, q request) {
	GinkgoHelper()
	r := ask(ctx, q)
	if !r.Valid() {
		Needs(ctx, works()[q.operation], r.X, "the request to work", r.Says())
	}
	Expect(r).To(RepeatItsParameters())
}

// fails ends the spec unless a request with a mistake failed, which is a promise of
// its own: here it is about how.
func fails(ctx SpecContext, r *Reply, id string) {
	if !r.Fails() {
		Needs(ctx, id, r.X, "a request without items to fail", r.Says())
	}
}

// BeReadable matches an answer that is the document of its operation.
func BeReadable() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a document of the operation, in the namespace of version " + version,
		Holds:  func(r *Reply) bool { return r.at("Cart") != nil },
		Seen:   (*Reply).Says,
	}
}

// TellOfItsRequest matches an answer with a RequestId that none before had, the
// arguments of the request, and the time that it took.
func TellOfItsRequest(seen map[string]bool) types.GomegaMatcher {
	lacks := func(r *Reply) string {
		id := text(r.at("OperationRequest", "RequestId"))
		switch {
		case id == "":
			return "no RequestId"
		case seen[id]:
			return "RequestId " + Short(id) + " once more"
		case len(objects(r.at("OperationRequest", "Arguments", "Argument"))) == 0:
			return "no Arguments"
		case text(r.at("OperationRequest", "RequestProcessingTime")) == "":
			return "no RequestProcessingTime"
		}
		return ""
	}
	return replyMatcher{
		Wanted: "OperationRequest with a RequestId of its own, Arguments and RequestProcessingTime",
		Holds:  func(r *Reply) bool { return lacks(r) == "" },
		Seen:   lacks,
	}
}

// RepeatItsParameters matches an answer whose Arguments have each parameter of the
// request with its value.
func RepeatItsParameters() types.GomegaMatcher {
	lacks := func(r *Reply) string {
		told := map[string]string{}
		for _, o := range objects(r.at("OperationRequest", "Arguments", "Argument")) {
			told[text(o["Name"])] = text(o["Value"])
		}
		for _, name := range []string{"AWSAccessKeyId", "Timestamp", "Signature"} {
			if told[name] == "" {
				return "no " + name
			}
		}
		for _, p := range r.request.parameters() {
			if value, there := told[p.Name]; !there || value != p.Value {
				return fmt.Sprintf("%s=%s for %s=%s", p.Name, orNothing(value), p.Name, Short(p.Value))
			}
		}
		return ""
	}
	return replyMatcher{
		Wanted: "Arguments with each parameter of the request as it was sent",
		Holds:  func(r *Reply) bool { return lacks(r) == "" },
		Seen:   lacks,
	}
}

// TellWhatIsWrong matches an answer of status 200 with IsValid False and an error
// with code and message.
func TellWhatIsWrong() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "status 200, IsValid False and Request/Errors/Error with Code and Message",
		Holds: func(r *Reply) bool {
			told := objects(r.at("Cart", "Request", "Errors", "Error"))
			return r.Status() == 200 && r.IsValid() == "False" && len(told) != 0 &&
				!slices.ContainsFunc(told, func(e map[string]any) bool { return text(e["Code"]) == "" || text(e["Message"]) == "" })
		},
		Seen: (*Reply).Says,
	}
}

// HaveErrors matches an answer with n errors.
func HaveErrors(n int) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("%d errors", n),
		Holds:  func(r *Reply) bool { return len(r.Errors()) == n },
		Seen:   (*Reply).Says,
	}
}

// RepeatItsGroups matches an answer whose echo has one ResponseGroup for each group
// of the request.
func RepeatItsGroups() types.GomegaMatcher {
	groups := func(r *Reply) []string {
		list, ok := below(r.echo(), "ResponseGroup").([]any)
		if !ok {
			list = []any{below(r.echo(), "ResponseGroup")}
		}
		var names []string
		for _, v := range list {
			names = append(names, text(v))
		}
		slices.Sort(names)
		return names
	}
	return replyMatcher{
		Wanted: "one ResponseGroup in the echo for each group of the request",
		Holds: func(r *Reply) bool {
			sent := strings.Split(r.request.groups, ",")
			slices.Sort(sent)
			return slices.Equal(sent, groups(r))
		},
		Seen: func(r *Reply) string { return "ResponseGroups " + Short(strings.Join(groups(r), ", ")) },
	}
}
