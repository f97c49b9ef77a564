package businesscart

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// This file is the hand-off to the Ordering API: placing an order and reading its
// answer.

// The operations of the Ordering API that the cart's guide uses, by operationId.
const (
	placeOrder   = "placeOrder"
	orderDetails = "orderDetails" // beyond the guide: nobody promises that it works
)

const ordersPath = "/ordering/2022-10-30/orders"

// Order is the answer to an order, or to a question about one.
type Order struct {
	*Reply
	ExternalID string          // that the order was sent with
	Sent       map[string]Line // the lines that were ordered, by the externalId that they were sent with
}

// orderLine is one element of an order's lineItems.
type orderLine struct {
	ExternalID   string           `json:"externalId"`
	Quantity     int64            `json:"quantity"`
	Attributes   []map[string]any `json:"attributes"`
	Expectations []map[string]any `json:"expectations"`
}

// orderLineOf makes the element that orders a line of the cart: its quantity,
// product and buying option, and that it may cost no more than the cart says.
func orderLineOf(externalID string, line Line) orderLine {
	l := orderLine{
		ExternalID: externalID, Quantity: line.Quantity, Expectations: []map[string]any{},
		Attributes: []map[string]any{
			{
				"attributeType":    "SelectedProductReference",
				"productReference": map[string]any{"productReferenceType": "ProductIdentifier", "id": line.Product},
			},
			{
				"attributeType":         "SelectedBuyingOptionReference",
				"buyingOptionReference": map[string]any{"buyingOptionReferenceType": "BuyingOptionIdentifier", "id": line.BuyingOption},
			},
		},
	}
	return l
}

// expect adds what one unit may cost at most.
func (l orderLine) expect(price Money) orderLine {
	l.Expectations = append(slices.Clone(l.Expectations), map[string]any{
		"expectationType": "ExpectedUnitPrice",
		"amount":          map[string]any{"currencyCode": price.Currency, "amount": exactly(price)},
	})
	return l
}

// terms gives what an order takes beside the cart. Without it the spec ends.
func terms(ctx context.Context) *target.OrderTerms {
	t := stage.Of(ctx).Target().Ordering
	if t == nil {
		stage.Inconclusive(ctx, "ordering is missing from the target description")
	}
	mustPlayItsRole(ctx, "ordering")
	return t
}

// orderCall writes an order of lines for delivery to an address: in trial mode,
// unless the description permits real orders.
func orderCall(ctx context.Context, externalID string, address *target.Address, lines ...orderLine) stage.Call {
	s := stage.Of(ctx)
	t := s.Target().Ordering
	attributes := []map[string]any{
		{"attributeType": "Region", "region": s.Target().Region},
		{
			"attributeType":          "SelectedPaymentMethodReference",
			"paymentMethodReference": map[string]any{"paymentMethodReferenceType": t.PaymentMethod},
		},
		{
			"attributeType": "BuyerReference",
			"userReference": map[string]any{"userReferenceType": "UserEmail", "emailAddress": s.Lane().Buyer},
		},
		{"attributeType": "PurchaseOrderNumber", "purchaseOrderNumber": externalID},
		{"attributeType": "ShippingAddress", "address": address},
		{"attributeType": "BillingAddress", "address": address},
	}
	if t.Group != "" {
		attributes = append(attributes, map[string]any{
			"attributeType":  "BuyingGroupReference",
			"groupReference": map[string]any{"groupReferenceType": "GroupIdentity", "identifier": t.Group},
		})
	}
	if t.Trial() {
		attributes = append(attributes, map[string]any{"attributeType": "TrialMode"})
	}
	c := call(ctx, placeOrder, http.MethodPost, ordersPath, map[string]any{
		"externalId": externalID, "lineItems": lines, "attributes": attributes, "expectations": []any{},
	})
	c.Query = "" // the region is an attribute here
	return c
}

// TryOrder orders lines of the cart, as they were read, whatever comes of it.
func (c *Cart) TryOrder(ctx context.Context, lines ...Line) *Order {
	return tryOrder(ctx, orderLineOf, lines...)
}

// OrderAtMost is TryOrder with the price that the cart shows as the most that a
// unit may cost.
func (c *Cart) OrderAtMost(ctx context.Context, lines ...Line) *Order {
	return tryOrder(ctx, func(externalID string, line Line) orderLine {
		l := orderLineOf(externalID, line)
		if line.Price != nil {
			l = l.expect(*line.Price)
		}
		return l
	}, lines...)
}

func tryOrder(ctx context.Context, write func(externalID string, line Line) orderLine, lines ...Line) *Order {
	order := &Order{ExternalID: "order-" + stage.Of(ctx).Unique(), Sent: map[string]Line{}}
	var wanted []orderLine
	for i, line := range lines {
		// Numbers that ascend are recommended; their places would be numbers, too.
		externalID := strconv.Itoa(11 + 7*i)
		order.Sent[externalID] = line
		wanted = append(wanted, write(externalID, line))
	}
	order.Reply = try(ctx, orderCall(ctx, order.ExternalID, Deliverable(ctx), wanted...))
	order.mustExist(ctx)
	return order
}

// Ordered orders lines of the cart, all of which must be accepted: what was
// ordered builds on the promise that such an order is.
func (c *Cart) Ordered(ctx context.Context, lines ...Line) *Order {
	order := c.TryOrder(ctx, lines...)
	order.mustBeAccepted(ctx)
	return order
}

// mustBeAccepted ends the spec unless every line of the order was accepted.
func (o *Order) mustBeAccepted(ctx context.Context) {
	o.mustAnswer(ctx)
	if len(o.refused()) == 0 {
		return
	}
	if stage.Of(ctx).Target().Profile == target.Live && o.gaveReasons() {
		stage.Inconclusive(ctx, "ordering, data.offers.available or data.addresses.deliverable does not play its role: the order is rejected: %s", o.seen())
	}
	stage.Needs(ctx, "CART-ORD-01", o.X, o.wanted(), o.seen())
}

// mustAnswer ends the spec unless the order was answered with a result that can
// be read: who is answered for each line that was sent.
func (o *Order) mustAnswer(ctx context.Context) {
	if !o.Success() {
		stage.Needs(ctx, "CART-ORD-01", o.X, "the order to be answered with a success status", o.Says())
	}
	if _, ok := o.Array("lineItems"); !ok {
		stage.Needs(ctx, "CART-ORD-06", o.X, "an answer with the order's lineItems", o.Says())
	}
	for _, id := range o.ids() {
		if _, ok := o.Line(id); !ok {
			stage.Needs(ctx, "CART-ORD-06", o.X, "an element of lineItems with the externalId "+id+" of the line that was ordered", o.Says())
		}
	}
}

// ids gives the externalIds of the lines that were sent, in a fixed order.
func (o *Order) ids() []string {
	var ids []string
	for id := range o.Sent {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// wanted says what an order of good lines is to come to.
func (o *Order) wanted() string {
	var lines []Line
	for _, id := range o.ids() {
		lines = append(lines, o.Sent[id])
	}
	return "an order that accepts " + describe(lines) + " and rejects nothing"
}

// refused gives the externalIds of the lines that were not accepted, or of which
// a part was rejected.
func (o *Order) refused() []string {
	var ids []string
	for _, id := range o.ids() {
		line, ok := o.Line(id)
		if !ok || len(line.Accepted) == 0 || len(line.Rejected) > 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

// gaveReasons reports whether each line that was not accepted is rejected in the
// documented way, for a reason.
func (o *Order) gaveReasons() bool {
	if reasons, _ := o.Array("rejectionArtifacts"); len(reasons) > 0 {
		return true
	}
	for _, id := range o.refused() {
		line, _ := o.Line(id)
		if len(line.Rejected) == 0 {
			return false
		}
	}
	return true
}

// TryDetails asks for the order again, whatever comes of it.
func (o *Order) TryDetails(ctx context.Context) *Order {
	c := call(ctx, orderDetails, http.MethodGet, ordersPath+"/"+url.PathEscape(o.ExternalID), nil)
	c.Query = ""
	return &Order{Reply: try(ctx, c), ExternalID: o.ExternalID, Sent: o.Sent}
}
