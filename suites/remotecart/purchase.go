package remotecart

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"cartconform/spec/sigv2"
	. "cartconform/suites/stage"
)

// purchase holds the promises about the encoded HMAC and about PurchaseURL, the
// way to buy what is in a cart.
func purchase() {
	// URLEncodedHMAC is the HMAC, encoded.
	It("encodes the HMAC", Judges("RC-HMAC-01"), func(ctx SpecContext) {
		cart := cartWithSigns(ctx, "+/")

		for _, answer := range []*Reply{cart.Born, cart.Add(ctx, Available(1).Times(1)), cart.Get(ctx), cart.Clear(ctx)} {
			keeps(ctx, answer, decodedHMAC())
		}
	})

	// It can stand in a URL.
	It("encodes the HMAC so that it can stand in a URL", Judges("RC-HMAC-02"), func(ctx SpecContext) {
		for _, sign := range []string{"+", "/"} {
			keeps(ctx, cartWithSigns(ctx, sign).Born, compliantHMAC())
		}
	})

	// Pasted into a request as it is, it opens the cart.
	It("takes the encoded HMAC as it is", Judges("RC-HMAC-03"), func(ctx SpecContext) {
		cart := cartWithSigns(ctx, "+/")
		cart.Get(ctx) // with the plain one
		if cart.Born.URLEncodedHMAC() == "" {
			Needs(ctx, "RC-HMAC-01", cart.Born.X, "a URLEncodedHMAC", cart.Born.Says())
		}
		q := cart.request(ctx, cartGet)
		q.without = []string{"HMAC"}
		call := q.rest()
		call.Query += "&HMAC=" + cart.Born.URLEncodedHMAC()

		r := send(ctx, q, call)

		Taken(ctx, r)
		Expect(r).To(HaveTheContentsOf(cart.Born))
	})

	// The characters that have to be encoded are. Whether = is one of them the samples
	// do not agree (D19).
	It("encodes + and /", Judges("RC-HMAC-04"), func(ctx SpecContext) {
		plus, slash := cartWithSigns(ctx, "+"), cartWithSigns(ctx, "/")
		if !strings.ContainsAny(plus.HMAC+slash.HMAC, "+/") {
			NotApplicable(ctx, "none of sixteen carts had an HMAC with + or /")
		}

		for _, cart := range []*Cart{plus, slash} {
			Expect(cart.Born).To(EncodeFully())
			Of(ctx).Observe(cart.Born.X, "= in URLEncodedHMAC", strconv.FormatBool(strings.Contains(cart.Born.URLEncodedHMAC(), "=")))
		}
	})

	// PurchaseURL is an absolute secure URL.
	It("gives a PurchaseURL", Judges("RC-URL-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		for _, answer := range []*Reply{cart.Born, cart.Add(ctx, Available(1).Times(1))} {
			Expect(answer).To(HaveAPurchaseURL())
		}
	})

	// It names the associate.
	It("names the tag in PurchaseURL", Judges("RC-URL-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		changed := cart.Set(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)), 2)
		for _, answer := range []*Reply{cart.Born, changed, cart.Add(ctx, Available(1).Times(1)), cart.Get(ctx)} {
			Expect(answer).To(NameInPurchaseURL("the AssociateTag", remote(ctx).AssociateTag))
		}
	})

	It("names another tag in PurchaseURL", Judges("RC-URL-02"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items, create.tag = itemsOf(ctx, Available(0).Times(1)), remote(ctx).OtherAssociateTag
		if create.tag == "" {
			NotApplicable(ctx, "no other AssociateTag is known")
		}

		r := ask(ctx, create)

		created(ctx, r)
		Expect(r).To(NameInPurchaseURL("the AssociateTag", create.tag))
	})

	// It names the cart,
	It("names the cart in PurchaseURL", Judges("RC-URL-04"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		for _, answer := range []*Reply{cart.Born, cart.Add(ctx, Available(1).Times(1))} {
			Expect(answer).To(NameInPurchaseURL("the CartId", cart.ID))
		}
	})

	// and opens it.
	It("has the HMAC in PurchaseURL", Judges("RC-URL-04"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		for _, answer := range []*Reply{cart.Born, cart.Add(ctx, Available(1).Times(1))} {
			Expect(answer).To(NameInPurchaseURL("the HMAC", cart.HMAC))
		}
	})

	// Without a tag it names none, where a target takes a cart without one (D3).
	It("says whether PurchaseURL names a tag unasked", Observes("RC-URL-03"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items, create.tag = itemsOf(ctx, Available(0).Times(1)), ""

		r := ask(ctx, create)

		Of(ctx).Observe(r.X, "associate-id in the PurchaseURL of a cart without a tag", orNothing(inPurchaseURL(r, "associate-id")))
	})

	// Under which name it has the access key is open (D17), and how its parameters are
	// joined is an example.
	It("says which key PurchaseURL names", Observes("RC-URL-05"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		seen := "none"
		for _, name := range []string{"AWSAccessKeyId", "SubscriptionId"} {
			if inPurchaseURL(cart.Born, name) != "" {
				seen = name
			}
		}
		Of(ctx).Observe(cart.Born.X, "parameter of PurchaseURL with the access key", seen)
	})
	It("says how the parameters of PurchaseURL are joined", Observes("RC-URL-06"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		seen := "neither %26 nor &"
		for _, join := range []string{"%26", "&"} {
			if strings.Contains(cart.Born.PurchaseURL(), join) {
				seen = join
				break
			}
		}
		Of(ctx).Observe(cart.Born.X, "joint of the parameters of PurchaseURL", seen)
	})
}

// cartWithSigns creates carts until one has an HMAC with a sign that has to be encoded,
// eight at most. One that has none may be all that there is.
func cartWithSigns(ctx context.Context, signs string) *Cart {
	cart := NewCart(ctx, Available(0).Times(1))
	for n := 1; n < 8 && !strings.ContainsAny(cart.HMAC, signs); n++ {
		cart = NewCart(ctx, Available(0).Times(1))
	}
	return cart
}

// plain decodes a PurchaseURL, in which parameters are joined by %26: what of
// them was encoded is plain afterwards, however often it was.
func plain(text string) string {
	for range 3 {
		decoded, err := url.PathUnescape(text)
		if err != nil || decoded == text {
			return text
		}
		text = decoded
	}
	return text
}

// inPurchaseURL gives the value of a parameter of PurchaseURL; "" for none.
func inPurchaseURL(r *Reply, name string) string {
	text := strings.ReplaceAll(r.PurchaseURL(), "%26", "&")
	for part := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == '?' || c == '&' || c == ';' }) {
		if key, value, ok := strings.Cut(part, "="); ok && key == name {
			return plain(value)
		}
	}
	return ""
}

// HaveAPurchaseURL matches an answer with an absolute URL of the scheme https.
func HaveAPurchaseURL() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "an absolute PurchaseURL of the scheme https",
		Holds: func(r *Reply) bool {
			u, err := url.Parse(strings.TrimSpace(r.PurchaseURL()))
			return err == nil && strings.EqualFold(u.Scheme, "https") && u.Host != ""
		},
		Seen: func(r *Reply) string { return orNothing(r.PurchaseURL()) },
	}
}

// NameInPurchaseURL matches an answer whose PurchaseURL holds a text, plain or
// encoded.
func NameInPurchaseURL(what, wanted string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("a PurchaseURL with %s %s", what, Short(wanted)),
		Holds: func(r *Reply) bool {
			u := r.PurchaseURL()
			return strings.Contains(u, wanted) || strings.Contains(u, sigv2.Encode(wanted)) || strings.Contains(plain(u), wanted)
		},
		Seen: func(r *Reply) string { return orNothing(r.PurchaseURL()) },
	}
}

// EncodeFully matches an answer whose URLEncodedHMAC has %2B and %2F where the HMAC
// has + and /.
func EncodeFully() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a URLEncodedHMAC with %2B for + and %2F for /",
		Holds: func(r *Reply) bool {
			equals := strings.NewReplacer("%3D", "=", "%3d", "=")
			return strings.EqualFold(strings.NewReplacer("+", "%2B", "/", "%2F").Replace(r.HMAC()), equals.Replace(r.URLEncodedHMAC()))
		},
		Seen: func(r *Reply) string {
			return fmt.Sprintf("HMAC %s, URLEncodedHMAC %s", orNothing(r.HMAC()), orNothing(r.URLEncodedHMAC()))
		},
	}
}
