package remotecart

import (
	"context"
	"net/http"

	"cartconform/spec/soap"
	"cartconform/spec/xmlform"
	"cartconform/suites/stage"
)

const (
	soapPath  = "/onca/soap"
	soapQuery = "Service=AWSECommerceService"
	namespace = "http://webservices.amazon.com/AWSECommerceService/" + version
	soapHost  = "http://soap.amazon.com/"
)

// soap gives the request in the form of SOAP. Its items stand in a container, each
// in the order of the schema.
func (q request) soap(v soap.Version) (stage.Call, error) {
	element := func(name, text string) *xmlform.Element { return xmlform.New(namespace, name, text) }
	body, inner := element(q.operation, ""), element("Request", "")
	left := map[string]bool{}
	for _, name := range q.without {
		left[name] = true
	}
	if q.tag != "" && !left["AssociateTag"] {
		body.With(element("AssociateTag", q.tag))
	}
	if q.cart != nil {
		for _, p := range []struct{ name, value string }{{"CartId", q.cart.ID}, {"HMAC", q.cart.HMAC}} {
			if !left[p.name] {
				inner.With(element(p.name, p.value))
			}
		}
	}
	if len(q.items) != 0 {
		items := element("Items", "")
		for _, i := range q.items {
			one := element("Item", "")
			for _, name := range []string{"Action", "ASIN", "OfferListingId", "CartItemId", "Quantity"} {
				for _, f := range i.fields {
					if f.Name == name {
						one.With(element(name, f.Value))
					}
				}
			}
			items.With(one)
		}
		inner.With(items)
	}
	if q.groups != "" {
		inner.With(element("ResponseGroup", q.groups))
	}
	text, err := soap.Wrap(v, nil, body.With(inner))
	if err != nil {
		return stage.Call{}, err
	}
	call := stage.Call{
		Operation: q.operation, Method: http.MethodPost, Path: soapPath, Query: soapQuery, Body: text,
		Header:      http.Header{"Content-Type": {v.ContentType(soapHost + q.operation)}},
		Credentials: q.credentials, Age: q.age, SignedFirst: q.signedFirst, Locale: q.locale,
	}
	if action := v.ActionHeader(soapHost + q.operation); action != "" {
		call.Header["SOAPAction"] = []string{action}
	}
	return call, nil
}

// askSOAP is ask in the form of SOAP.
func askSOAP(ctx context.Context, v soap.Version, q request) *Reply {
	call, err := q.soap(v)
	if err != nil {
		stage.Inconclusive(ctx, "the request cannot be written: %v", err)
	}
	r := send(ctx, q, call)
	if r.X.Response == nil {
		stage.Needs(ctx, "RC-SOAP-01", r.X, "an answer", r.Says())
	}
	r.served(ctx)
	r.readable(ctx)
	return r
}
