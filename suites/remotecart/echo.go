package remotecart

import (
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"cartconform/spec/xmlform"
	"cartconform/suites/stage"
)

// This file is the vocabulary of what an answer says of its request.

// echo gives the part of the answer that repeats the request.
func (r *Reply) echo() any { return r.at("Cart", "Request", r.request.operation+"Request") }

// AnswerIts matches an answer whose root is named after the operation. Where it is
// named after none, that is another promise's business.
func AnswerIts(operation string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "<" + operation + "Response>",
		Holds: func(r *Reply) bool {
			name, answers := strings.CutSuffix(r.root(), "Response")
			return !answers || works()[name] == "" || name == operation
		},
		Seen: func(r *Reply) string { return "<" + stage.Short(r.root()) + ">" },
	}
}

// root gives the name of the element around the whole answer; "" when it is no XML.
func (r *Reply) root() string {
	if r.X.Response == nil {
		return ""
	}
	root, err := xmlform.Parse(r.X.Response.Body)
	if err != nil {
		return ""
	}
	return root.Name.Local
}

// BeServed matches an answer to a signed request that was let in at the front door,
// whatever became of it.
func BeServed() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a fully signed request to be served",
		Holds:  func(r *Reply) bool { return r.Status() != 0 && r.Status() < 500 && !r.refusedAtTheDoor() },
		Seen:   (*Reply).Says,
	}
}

// EchoIts matches an answer that repeats its request under the given name.
func EchoIts(name string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "Cart/Request/" + name,
		Holds:  func(r *Reply) bool { return r.at("Cart", "Request", name) != nil },
		Seen:   (*Reply).Says,
	}
}

// CallItValid matches an answer whose IsValid is True.
func CallItValid() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "IsValid True",
		Holds:  func(r *Reply) bool { return r.IsValid() == "True" },
		Seen:   (*Reply).Says,
	}
}

// succeeded reports whether the answer shows a cart and no error, whatever it
// calls the request.
func (r *Reply) succeeded() bool {
	return r.Status()/100 == 2 && r.CartID() != "" && len(r.Errors()) == 0
}

// EchoItsItems matches an answer that repeats each item of its request, with its
// identifier and quantity, in any order; what else it says of an item is its own.
func EchoItsItems() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "the items of the request, repeated with their identifiers and quantities",
		Holds: func(r *Reply) bool {
			var sent []string
			for _, i := range r.request.items {
				sent = append(sent, i.String())
			}
			slices.Sort(sent)
			return slices.Equal(sent, r.echoedItems())
		},
		Seen: func(r *Reply) string { return "repeated: " + stage.Short(strings.Join(r.echoedItems(), ", ")) },
	}
}

// String spells the item as echoedItems does.
func (i item) String() string {
	var fields []string
	for _, f := range i.fields {
		fields = append(fields, f.Name+"="+f.Value)
	}
	slices.Sort(fields)
	return strings.Join(fields, " ")
}

// echoedItems gives the items that the answer repeats, sorted.
func (r *Reply) echoedItems() []string {
	var items []string
	for _, o := range objects(below(r.echo(), "Items", "Item")) {
		var fields []string
		for _, name := range []string{"ASIN", "OfferListingId", "CartItemId", "Quantity", "Action"} {
			if o[name] != nil {
				fields = append(fields, name+"="+text(o[name]))
			}
		}
		slices.Sort(fields)
		items = append(items, strings.Join(fields, " "))
	}
	slices.Sort(items)
	return items
}
