package businesscart

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

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
	order := &Order{ExternalID: "order-" + stage.Of(ctx).Token(), Sent: map[string]Line{}}
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

// OrderedLine is what became of one line of an order.
type OrderedLine struct {
	ExternalID string
	Accepted   []Accepted
	Rejected   []Unordered
}

// Accepted is a part of a line that was ordered.
type Accepted struct {
	Type      string
	Quantity  int64 // 0 when it is no integer
	Artifacts []map[string]any
	Items     []Accepted // of a group
}

// Unordered is a part of a line that was rejected.
type Unordered struct {
	Quantity  int64
	Artifacts []Artifact
}

// Line gives what became of the line that was sent with an externalId.
func (o *Order) Line(externalID string) (OrderedLine, bool) {
	for _, line := range objects(o.Doc["lineItems"]) {
		if str(line["externalId"]) != externalID {
			continue
		}
		found := OrderedLine{ExternalID: externalID, Accepted: acceptedOf(line["acceptedItems"])}
		for _, part := range objects(line["rejectedItems"]) {
			quantity, _ := integer(part["quantity"])
			found.Rejected = append(found.Rejected, Unordered{quantity, artifactsOf(part["artifacts"])})
		}
		return found, true
	}
	return OrderedLine{}, false
}

func acceptedOf(v any) []Accepted {
	var parts []Accepted
	for _, o := range objects(v) {
		quantity, _ := integer(o["quantity"])
		parts = append(parts, Accepted{
			Type: str(o["acceptedItemType"]), Quantity: quantity, Artifacts: objects(o["artifacts"]), Items: acceptedOf(o["items"]),
		})
	}
	return parts
}

// quantities gives the quantities that the accepted parts of a line can be read
// as: whether a group counts as what is ordered once, or as all that is in it, is
// not for the cart to say.
func (l OrderedLine) quantities() []int64 {
	groups, units := int64(0), int64(0)
	for _, part := range l.Accepted {
		groups += part.Quantity
		units += part.units()
	}
	if groups == units {
		return []int64{groups}
	}
	return []int64{groups, units}
}

func (a Accepted) units() int64 {
	if len(a.Items) == 0 {
		return a.Quantity
	}
	var within int64
	for _, item := range a.Items {
		within += item.units()
	}
	return a.Quantity * within
}

// artifacts gives the artifacts of one type, of all accepted parts. Those of a
// group's items are among them only where the group has none of its own.
func (l OrderedLine) artifacts(kind string) []map[string]any { return artifactsIn(l.Accepted, kind) }

func artifactsIn(parts []Accepted, kind string) []map[string]any {
	var found []map[string]any
	for _, part := range parts {
		own := slices.DeleteFunc(slices.Clone(part.Artifacts), func(a map[string]any) bool { return str(a["acceptanceArtifactType"]) != kind })
		if len(own) == 0 {
			own = artifactsIn(part.Items, kind)
		}
		found = append(found, own...)
	}
	return found
}

// prices gives the unit prices of a line; nil for one that cannot be read.
func (l OrderedLine) prices() []*Money {
	var prices []*Money
	for _, a := range l.artifacts("UnitPrice") {
		prices = append(prices, moneyOf(a["amount"]))
	}
	return prices
}

// chargesIn sums up charges by type and category.
func chargesIn(artifacts []map[string]any) map[string]Money {
	sums := map[string]Money{}
	for _, a := range artifacts {
		amount := moneyOf(a["amount"])
		if kind := str(a["acceptanceArtifactType"]); amount == nil || kind != "" && kind != "Charge" {
			continue
		}
		pair := str(a["type"]) + "/" + str(a["category"])
		sum, ok := sums[pair]
		if !ok {
			sum.Currency = amount.Currency
		}
		sum.Amount = sum.Amount.Add(amount.Amount)
		sums[pair] = sum
	}
	for pair, sum := range sums { // whether charges of nothing are listed is open
		if sum.Amount.IsZero() {
			delete(sums, pair)
		}
	}
	return sums
}

// lineCharges sums up the charges of all lines of the order.
func (o *Order) lineCharges() map[string]Money {
	var all []map[string]any
	for _, id := range o.ids() {
		line, _ := o.Line(id)
		all = append(all, line.artifacts("Charge")...)
	}
	return chargesIn(all)
}

// orderCharges sums up the charges of the order as a whole.
func (o *Order) orderCharges() map[string]Money {
	return chargesIn(objects(o.Doc["acceptanceArtifacts"]))
}

// seen puts what became of each line into words.
func (o *Order) seen() string {
	if _, ok := o.Array("lineItems"); !o.Success() || !ok {
		return o.Says()
	}
	var texts []string
	for _, id := range o.ids() {
		line, ok := o.Line(id)
		text := "line " + id + " of " + short(o.Sent[id].Product)
		if !ok {
			texts = append(texts, text+" not answered")
			continue
		}
		for _, part := range line.Accepted {
			text += fmt.Sprintf(", accepted %d", part.Quantity)
		}
		for _, price := range line.prices() {
			if price != nil {
				text += " at " + price.String()
			}
		}
		for _, part := range line.Rejected {
			text += fmt.Sprintf(", rejected %d", part.Quantity)
			if len(part.Artifacts) > 0 {
				text += " for " + join(part.Artifacts)
			}
		}
		if len(line.Accepted)+len(line.Rejected) == 0 {
			text += ", neither accepted nor rejected"
		}
		texts = append(texts, text)
	}
	if whole := artifactsOf(o.Doc["rejectionArtifacts"]); len(whole) > 0 {
		texts = append(texts, "the order rejected for "+join(whole))
	}
	return strings.Join(texts, "; ")
}

// TryDetails asks for the order again, whatever comes of it.
func (o *Order) TryDetails(ctx context.Context) *Order {
	c := call(ctx, orderDetails, http.MethodGet, ordersPath+"/"+url.PathEscape(o.ExternalID), nil)
	c.Query = ""
	return &Order{Reply: try(ctx, c), ExternalID: o.ExternalID, Sent: o.Sent}
}
