package description_test

import (
	"errors"
	"strings"
	"testing"

	"cartconform/runner/description"
)

// environment is a set of variables.
type environment map[string]string

func (e environment) lookUp(name string) (string, bool) {
	value, ok := e[name]
	return value, ok
}

var env = environment{
	"TOKEN": "token-value", "USER": "user-value", "PASSWORD": "p@ss/word:1", "SECRET": "secret-value",
	"REFRESH": "refresh-value", "KEY": "key-value", "URL": "https://u:whole-password@cart.example.com", "EMPTY": "", "BROKEN": "a\n",
}

// full has every key.
const full = `profile: controlled
target:
  baseURL: https://cart.example.com/base
  region: UK
  headers: {x-amz-access-token: "${TOKEN}", x-stage: test}
  badHeaders: {x-amz-access-token: "not-a-token"}
  rateLimit: {requestsPerSecond: 0.5, burst: 10}
  timeout: 1m30s
features: [pagination, ordering, auth]
lanes:
  - {buyer: buyer1@example.com, cartId: cart-123}
  - {buyer: buyer2@example.com, otherCartId: cart-789}
data:
  offers:
    available:
      - {productIdentifier: "0593135229", buyingOptionIdentifier: asid-1}
      - {productIdentifier: B02, buyingOptionIdentifier: asid-2}
    sameProduct:
      - {productIdentifier: B03, buyingOptionIdentifier: asid-3}
      - {productIdentifier: B03, buyingOptionIdentifier: asid-4}
    limited: [{productIdentifier: B04, buyingOptionIdentifier: asid-5, stock: 5}]
    unavailable: [{productIdentifier: B05, buyingOptionIdentifier: asid-6}]
    restricted: [{productIdentifier: B06, buyingOptionIdentifier: asid-7}]
    hosted: [{productIdentifier: B07, buyingOptionIdentifier: asid-8}]
  addresses:
    deliverable: {fullName: A B, addressLine1: 1 Way, city: Seattle, stateOrRegion: WA, postalCode: "01234", countryCode: US}
    other:
      addressType: ExternalAddress
      fullName: A B
      addressLine1: 2 Way
      city: Portland
      postalCode: "97201"
      countryCode: US
      differsIn: [TAX]
  manyCartsBuyer: many@example.com
ordering: {group: g1, paymentMethod: StoredPaymentMethod}
search: {keywords: paper, locale: en_GB}
control:
  setPrice: {method: POST, path: /__control/price, body: '{"n":{{minorUnits}}}', headers: {content-type: application/json}}
  setStock: {method: POST, path: /__control/stock}
  settle: 500ms
remoteCart:
  baseURL: https://webservices.example.com
  accessKey: "${KEY}"
  secretKey: "${SECRET}"
  associateTag: mytag-20
  otherAssociateTag: second-20
  locale: US
  otherLocales:
    - {locale: UK, baseURL: https://webservices.example.co.uk, associateTag: mytag-21, asin: B13}
    - {locale: JP, baseURL: http://127.0.0.1:8080, host: webservices.example.co.jp}
  rateLimit: {requestsPerSecond: 4, burst: 3}
  timeout: 20s
  features: [soap, locales]
  products:
    available: [{asin: B10, offerListingId: o1, price: 1994}]
    unavailable: [{asin: B11}]
    capped: [{asin: B12, maximum: 3}]
  control:
    advanceClock: {method: POST, path: /__control/clock, body: '{"advanceSeconds":{{seconds}}}'}
    setAvailability: {method: POST, path: /__control/availability}
    settle: 2s
`

// small is the least that a description has.
const small = `target: {baseURL: "https://cart.example.com", region: US}
lanes: [{buyer: a@example.com}]
`

// remote is the least that a description has which describes the remote cart alone.
const remote = `remoteCart:
  baseURL: https://webservices.example.com
  accessKey: "${KEY}"
  secretKey: "${SECRET}"
  associateTag: mytag-20
`

func parse(t testing.TB, text string) *description.Description {
	t.Helper()
	d, err := description.Parse("t.yaml", []byte(text), env.lookUp)
	if err != nil {
		t.Fatalf("wanted no problem, got\n%v", err)
	}
	return d
}

// problems are the lines of the error of a description that has some.
func problems(t testing.TB, text string) []string {
	t.Helper()
	d, err := description.Parse("t.yaml", []byte(text), env.lookUp)
	if err == nil {
		t.Fatalf("wanted problems, got none for\n%s", text)
	}
	var listed *description.Error
	if d != nil || !errors.As(err, &listed) {
		t.Fatalf("wanted an *Error alone, got %v and %T", d, err)
	}
	return strings.Split(err.Error(), "\n")
}
