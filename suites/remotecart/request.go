package remotecart

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"cartconform/spec/sigv2"
	"cartconform/suites/stage"
)

// The operations of the API.
const (
	cartCreate = "CartCreate"
	cartAdd    = "CartAdd"
	cartModify = "CartModify"
	cartGet    = "CartGet"
	cartClear  = "CartClear"
)

// later lists the operations on a cart that is there.
func later() []string { return []string{cartAdd, cartModify, cartGet, cartClear} }

const (
	restPath = "/onca/xml"
	version  = "2013-08-01"
)

// request is one request before it has the form of REST or SOAP. What a spec wants
// otherwise it changes before it asks.
type request struct {
	operation string
	tag       string // AssociateTag; "" = none is sent
	cart      *Cart  // CartId and HMAC; nil = none
	groups    string // ResponseGroup, e.g. "Cart,CartSimilarities"; "" = none is sent
	items     []item
	other     []sigv2.Parameter // whatever else is sent, as it is spelled
	without   []string          // parameters that are left out

	// How the transport signs it.
	credentials stage.Credentials
	age         time.Duration // of the timestamp
	signedFirst bool
	unjudged    bool   // nothing is written of the form of the answer
	locale      string // another locale of the target; "" = its own
}

// item is what stands under one Item.N.
type item struct {
	n      int
	fields []sigv2.Parameter // name without Item.N, e.g. ASIN
}

// with adds a field to the item, after those that it has.
func (i item) with(name, value string) item {
	return item{i.n, append(i.fields[:len(i.fields):len(i.fields)], sigv2.Parameter{Name: name, Value: value})}
}

// nothing is an item without an identifier.
func nothing(n int) item { return item{n: n} }

func byASIN(n int, asin string) item {
	return item{n, []sigv2.Parameter{{Name: "ASIN", Value: asin}}}
}

func byOffer(n int, offer string) item {
	return item{n, []sigv2.Parameter{{Name: "OfferListingId", Value: offer}}}
}

func byEntry(n int, cartItemID string) item {
	return item{n, []sigv2.Parameter{{Name: "CartItemId", Value: cartItemID}}}
}

func (i item) quantity(q int) item { return i.with("Quantity", strconv.Itoa(q)) }

// parameters gives the request as a query has it, but for what signing adds.
func (q request) parameters() []sigv2.Parameter {
	p := []sigv2.Parameter{{Name: "Service", Value: "AWSECommerceService"}, {Name: "Operation", Value: q.operation}, {Name: "Version", Value: version}}
	add := func(name, value string) { p = append(p, sigv2.Parameter{Name: name, Value: value}) }
	if q.tag != "" {
		add("AssociateTag", q.tag)
	}
	if q.cart != nil {
		add("CartId", q.cart.ID)
		add("HMAC", q.cart.HMAC)
	}
	for _, i := range q.items {
		for _, f := range i.fields {
			add("Item."+strconv.Itoa(i.n)+"."+f.Name, f.Value)
		}
	}
	if q.groups != "" {
		add("ResponseGroup", q.groups)
	}
	p = append(p, q.other...)
	var sent []sigv2.Parameter
	for _, parameter := range p {
		left := false
		for _, name := range q.without {
			left = left || parameter.Name == name
		}
		if !left {
			sent = append(sent, parameter)
		}
	}
	return sent
}

// rest gives the request in the form of REST.
func (q request) rest() stage.Call {
	operation := q.operation
	if works()[operation] == "" { // one that there is not
		operation = ""
	}
	return stage.Call{
		Operation: operation, Method: http.MethodGet, Path: restPath, Query: sigv2.Query(q.parameters()),
		Header: http.Header{}, Credentials: q.credentials, Age: q.age, SignedFirst: q.signedFirst, Locale: q.locale, Unjudged: q.unjudged,
	}
}

// to starts a request of the target's associate.
func to(ctx context.Context, operation string) request {
	return request{operation: operation, tag: remote(ctx).AssociateTag}
}
