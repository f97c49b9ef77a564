package sigv2

import (
	"math/rand"
	"net/url"
	"slices"
	"testing"
	"time"
)

// The vectors that the guide, the manual and a client library publish. V2 is
// printed with another host than the one that it was made for: the manual says
// webservices.amazon.com, and only ecs.amazonaws.com gives its signature.
var vectors = []struct{ name, secret, host, query, signature string }{
	{"V1, manual", "1234567890", "webservices.amazon.com",
		"AWSAccessKeyId=00000000000000000000&ItemId=0679722769&Operation=ItemLookup&ResponseGroup=ItemAttributes%2COffers%2CImages%2CReviews" +
			"&Service=AWSECommerceService&Timestamp=2009-01-01T12%3A00%3A00Z&Version=2009-01-06",
		"Nace+U3Az4OhN7tISqgs1vdLBHBEijWcBeCqL5xN9xg="},
	{"V2, manual, with the host that it was made for", "1234567890", "ecs.amazonaws.com", v2, "cF3UtjbJb1+xDh387C/EmS1BCtS/Z01taykBCGemvUU="},
	{"V2, manual, with the host that it prints", "1234567890", "webservices.amazon.com", v2, "LOZVnxGfUs7WVBBllclO/k5JU5TJeqUayn0giiCCEco="},
	{"V3, client library", "SK", "webservices.amazon.co.jp",
		"AWSAccessKeyId=AK&AssociateTag=ngsio-22&CartId=351-9409673-0414064&HMAC=%2Bak%2Bv8qGeDkkdQ%2Fw0o%2B5uA2heQI%3D&Operation=CartClear" +
			"&ResponseGroup=Cart&Service=AWSECommerceService&Timestamp=2016-11-16T12%3A34%3A00Z&Version=2013-08-01",
		"IhwJobQIwyjG13bmsehXb6znZvOj8Iz4OGtVaffotMo="},
	{"V4, client library, an offer whose own text is percent-encoded", "SK", "webservices.amazon.co.jp",
		"AWSAccessKeyId=AK&AssociateTag=ngsio-22&Item.1.ASIN=4774182389&Item.1.Quantity=2" +
			"&Item.2.OfferListingId=NTPIbOCYgxigjLlkf1iTQhB6UfAcRHvlKju5nT%252BbVV876t1%252Bpt0pciArjHlsl9LS8iUJP9D5bajBzNN3VDdglcEAAS8lMPyCUArUG6CxF0A%253D" +
			"&Item.2.Quantity=4&Operation=CartCreate&ResponseGroup=Cart%2CCartNewReleases%2CCartSimilarities%2CCartTopSellers" +
			"&Service=AWSECommerceService&Timestamp=2016-11-16T12%3A34%3A00Z&Version=2013-08-01",
		"SwtdYeDHgAXZdi9+rFk2xmpx4bUtvOZtPpOmU7FWfV4="},
}

const v2 = "AWSAccessKeyId=00000000000000000000&AssociateTag=mytag-20" +
	"&Item.1.OfferListingId=j8ejq9wxDfSYWf2OCp6XQGDsVrWhl08GSQ9m5j%2Be8MS449BN1XGUC3DfU5Zw4nt%2FFBt87cspLow1QXzfvZpvzg%3D%3D&Item.1.Quantity=3" +
	"&Operation=CartCreate&Service=AWSECommerceService&Timestamp=2009-01-01T12%3A00%3A00Z&Version=2009-01-01"

// A signature is that of the parameters, in whatever order they stand and
// whether or not the signature is already among them.
func TestPublishedVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			parameters, err := ParseQuery(v.query)
			if err != nil {
				t.Fatal(err)
			}
			if got := Canonical(parameters); got != v.query {
				t.Errorf("wanted the canonical query\n%s, got\n%s", v.query, got)
			}
			random := rand.New(rand.NewSource(1))
			for range 5 {
				random.Shuffle(len(parameters), func(i, j int) { parameters[i], parameters[j] = parameters[j], parameters[i] })
				if got := SignQuery(v.secret, "GET", v.host, "/onca/xml", parameters); got != v.signature {
					t.Errorf("wanted the signature %s, got %s", v.signature, got)
				}
			}
			u := &url.URL{Scheme: "http", Host: v.host, Path: "/onca/xml", RawQuery: "Signature=" + Encode(v.signature) + "&" + v.query}
			if got, err := SignURL(v.secret, "GET", u); err != nil || got != v.signature {
				t.Errorf("wanted the signature %s of the URL, got %s, %v", v.signature, got, err)
			}
			for _, change := range []func(){
				func() { u.Host = "example.com" },
				func() { u.Host, u.Path = v.host, "/onca/soap" },
				func() { u.Path, u.RawQuery = "/onca/xml", v.query+"&Extra=1" },
			} {
				change()
				if got, _ := SignURL(v.secret, "GET", u); got == v.signature {
					t.Errorf("wanted another signature for %s, got the same", u)
				}
			}
			if got := SignQuery(v.secret+"x", "GET", v.host, "/onca/xml", parameters); got == v.signature {
				t.Error("wanted another signature with another secret, got the same")
			}
		})
	}
}

func TestCanonical(t *testing.T) {
	parameters := []Parameter{{"b", "2"}, {"Signature", "x"}, {"a", "1 +~*é"}, {"B", ""}, {"A1", "y"}, {"A", "z"}, {"a", "0"}}
	before := slices.Clone(parameters)
	const want = "A=z&A1=y&B=&a=0&a=1%20%2B~%2A%C3%A9&b=2"
	if got := Canonical(parameters); got != want {
		t.Errorf("wanted %s, got %s", want, got)
	}
	if !slices.Equal(parameters, before) {
		t.Errorf("wanted the parameters as they were, got %v", parameters)
	}
	if got := StringToSign("GET", "Example.COM:8080", "", nil); got != "GET\nexample.com:8080\n/\n" {
		t.Errorf("wanted the host in lower case with its port, and a path, got %q", got)
	}
}

// The guide's example: the operation and the timestamp, nothing between them.
func TestSignOperation(t *testing.T) {
	at := Timestamp(time.Date(2014, 9, 24, 2, 0, 0, 999, time.FixedZone("", 2*60*60)))
	if at != "2014-09-24T00:00:00Z" {
		t.Errorf("wanted UTC without a fraction, got %s", at)
	}
	// Computed with: printf %s CartCreate2014-09-24T00:00:00Z | openssl dgst -sha256 -hmac 1234567890 -binary | base64
	const want = "EbmX6X9rBjwPKERiTwIr20P25UzanCybz/v0B7GWhms="
	if got := SignOperation("1234567890", "CartCreate", at); got != want {
		t.Errorf("wanted %s, got %s", want, got)
	}
}

func TestParseQuery(t *testing.T) {
	got, err := ParseQuery("b=1&&a=x+y%2B&c&a=%C3%A9=")
	want := []Parameter{{"b", "1"}, {"a", "x y+"}, {"c", ""}, {"a", "é="}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("wanted %v, got %v, %v", want, got, err)
	}
	for _, bad := range []string{"a=%", "a=%zz", "%2=1"} {
		if got, err := ParseQuery(bad); err == nil {
			t.Errorf("%s: wanted an error, got %v", bad, got)
		}
	}
}

// What Encode writes is read back as it was, also by the standard library.
func FuzzEncode(f *testing.F) {
	for _, text := range []string{"", " ", "+", "%", "a~b", "é", "\xff\x00", "/=&"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		encoded := Encode(text)
		if back, err := url.PathUnescape(encoded); err != nil || back != text {
			t.Errorf("wanted %q back from %q, got %q, %v", text, encoded, back, err)
		}
		parameters := []Parameter{{"n" + text, text}}
		if back, err := ParseQuery(Query(parameters)); err != nil || !slices.Equal(back, parameters) {
			t.Errorf("wanted %q back, got %q, %v", parameters, back, err)
		}
	})
}
