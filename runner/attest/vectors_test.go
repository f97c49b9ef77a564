package attest

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"testing"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// The published test vectors of DSSE (secure-systems-lab/dsse, testvectors and
// protocol.md). Their ed25519 keys are TEST 1 and TEST 2 of RFC 8032, 7.1.
const (
	seedA   = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
	publicA = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
	seedB   = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"

	bodyVector      = `{"_type":"https://in-toto.io/Statement/v1"}`
	signatureVector = "2WAfaHm5jluo0w+0rk8uVkluELJYWjSmU9x7EUzx+AyteDGJ4/nqyJXfmAUVFIAoQafWm7AxBZNw5M9ixNHiCA=="
	byB             = "c1+67/aT0yqEpwx8PsVY3MLHsj9D0CZ014/Fv/QlG59P+9CobUZ7xECJ/V3USG0Ob9CiE5LjReEZUzNF2l7eBw=="
)

func pemOf(t *testing.T, kind string, der []byte, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func parse(t *testing.T, text []byte) *Key {
	t.Helper()
	key, err := ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// ed25519Key makes the key of a seed.
func ed25519Key(t *testing.T, seed string) (private, public *Key) {
	t.Helper()
	raw, err := hex.DecodeString(seed)
	if err != nil {
		t.Fatal(err)
	}
	key := ed25519.NewKeyFromSeed(raw)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	private = parse(t, pemOf(t, "PRIVATE KEY", der, err))
	der, err = x509.MarshalPKIXPublicKey(key.Public())
	return private, parse(t, pemOf(t, "PUBLIC KEY", der, err))
}

func envelope(t *testing.T, kind, payload string, signatures ...string) *Envelope {
	t.Helper()
	e := dsse.Envelope{PayloadType: kind, Payload: payload}
	for _, s := range signatures {
		e.Signatures = append(e.Signatures, dsse.Signature{KeyID: "A", Sig: s})
	}
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

func TestPublishedVectors(t *testing.T) {
	_, a := ed25519Key(t, seedA)
	_, b := ed25519Key(t, seedB)
	body := base64.StdEncoding.EncodeToString([]byte(bodyVector))
	for name, test := range map[string]struct {
		envelope *Envelope
		key      *Key
		accepted bool
	}{
		"one signature":                       {envelope(t, payloadType, body, signatureVector), a, true},
		"another key":                         {envelope(t, payloadType, body, signatureVector), b, false},
		"two signatures, the second is asked": {envelope(t, payloadType, body, signatureVector, byB), b, true},
		"url-safe base64": {envelope(t, payloadType, "-_-_Pj8=",
			"P-_KHICeR7tI6S_YyejJTRtrXhcQyQ2LYPaL8h90KjC9qN8HU_svOQ6TuDOT1HIrsGW886DbWNWcCmX5twLrAw=="), a, true},
		"another payload type": {envelope(t, "application/vnd.example.other+json", body, signatureVector), a, false},
		"a payload type with more bytes than letters": {envelope(t, "application/vnd.exämple+json", body,
			"xmSk/ug66ysT7ayhkCIjhAq42zgZXSsEWuzUaNL7w2eGAdF/NU6/fRXPtmfN+5DNSAs5/i2lUnHjbbjPsu0tAw=="), a, true},
		"no payload": {envelope(t, payloadType, "",
			"gSggCAaTLTYyRH6FIDBem6meyIynsYy8RTHVzwx9tnTb7Bg/1jMWnuVgI/gffqmbsC2VX5/jHfkkDqsj7CDbDg=="), a, true},
		"another payload": {envelope(t, payloadType, "e30=", signatureVector), a, false},
	} {
		if err := test.envelope.Verify(test.key); (err == nil) != test.accepted {
			t.Errorf("%s: wanted accepted %v, got %v", name, test.accepted, err)
		}
	}
}

// What we sign is signed as the vectors are: ed25519 has one signature for each
// key and text.
func TestWeSignAsTheVectorsDo(t *testing.T) {
	private, public := ed25519Key(t, seedA)
	e := &Envelope{envelope: dsse.Envelope{PayloadType: payloadType}, payload: []byte(bodyVector)}
	if err := e.Add(private); err != nil {
		t.Fatal(err)
	}
	if got := e.envelope.Signatures[0].Sig; got != signatureVector {
		t.Errorf("wanted the published signature %s, got %s", signatureVector, got)
	}
	der, err := hex.DecodeString("302a300506032b6570032100" + publicA) // RFC 8410
	if err != nil {
		t.Fatal(err)
	}
	if again := parse(t, pemOf(t, "PUBLIC KEY", der, nil)); again.ID() != public.ID() || private.ID() != public.ID() {
		t.Errorf("wanted one id for a key and its public half, got %s, %s, %s", again.ID(), private.ID(), public.ID())
	}
}

// The vector of protocol.md: ECDSA on P-256. It writes the signature as r and s;
// keys in PEM go with ASN.1.
func TestPublishedVectorECDSA(t *testing.T) {
	number := func(text string) *big.Int {
		n, ok := new(big.Int).SetString(text, 10)
		if !ok {
			t.Fatalf("wanted a number, got %s", text)
		}
		return n
	}
	point := make([]byte, 65) // uncompressed: 4, X, Y
	point[0] = 4
	number("46950820868899156662930047687818585632848591499744589407958293238635476079160").FillBytes(point[1:33])
	number("5640078356564379163099075877009565129882514886557779369047442380624545832820").FillBytes(point[33:])
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.StdEncoding.DecodeString("A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==")
	if err != nil {
		t.Fatal(err)
	}
	signature, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])})
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	key := parse(t, pemOf(t, "PUBLIC KEY", der, err))
	e := envelope(t, "http://example.com/HelloWorld", "aGVsbG8gd29ybGQ=", base64.StdEncoding.EncodeToString(signature))
	if err := e.Verify(key); err != nil {
		t.Error(err)
	}
	if _, err := e.Statement(); err == nil {
		t.Error("wanted a payload of another type refused, got a statement")
	}
}
