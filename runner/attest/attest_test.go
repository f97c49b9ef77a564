package attest

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	intoto "github.com/in-toto/attestation/go/v1"
	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"google.golang.org/protobuf/encoding/protojson"

	"cartconform/runner/report"
)

func statement() Statement {
	r := report.Report{
		Verdict: "conformant", Sentence: "conformant (all 1 judged)", Profile: "live", Level: "should", Seed: math.MaxInt64,
		Suite:     report.Suite{Version: "0.1.0"},
		Contracts: []report.Contract{{API: "business-cart", Digest: strings.Repeat("a", 64)}},
		Target:    report.Target{BaseURL: "https://cart.example.com", Region: "US", Features: []string{"pagination"}, Lanes: 2},
		Selection: report.Selection{Requirements: []string{}},
		Started:   time.Date(2026, 3, 1, 12, 0, 0, 123, time.UTC),
	}
	r.Configuration.Digest = strings.Repeat("c", 64)
	return NewStatement(PredicateOf(r), FileDigest("report.json", strings.Repeat("0", 64)), FileDigest("exchanges.har", strings.Repeat("1", 64)))
}

func ecKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// keys are a private key in every form that is read, and its public half.
func keys(t *testing.T) map[string][2][]byte {
	t.Helper()
	out := map[string][2][]byte{}
	add := func(name, kind string, private []byte, err error, public any) {
		der, publicErr := x509.MarshalPKIXPublicKey(public)
		out[name] = [2][]byte{pemOf(t, kind, private, err), pemOf(t, "PUBLIC KEY", der, publicErr)}
	}
	edPublic, edPrivate, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(edPrivate)
	add("ed25519", "PRIVATE KEY", der, err, edPublic)
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		key := ecKey(t, curve)
		name := curve.Params().Name
		der, err := x509.MarshalPKCS8PrivateKey(key)
		add(name+" PKCS8", "PRIVATE KEY", der, err, key.Public())
		der, err = x509.MarshalECPrivateKey(key)
		add(name+" SEC1", "EC PRIVATE KEY", der, err, key.Public())
		both := out[name+" SEC1"]
		both[0] = append(append([]byte("a comment\n"), pemOf(t, "EC PARAMETERS", []byte{6, 0}, nil)...), both[0]...)
		out[name+" after its parameters"] = both
	}
	return out
}

func TestSignAndVerify(t *testing.T) {
	stranger := parse(t, keys(t)["ed25519"][1])
	for name, pair := range keys(t) {
		private, public := parse(t, pair[0]), parse(t, pair[1])
		if !private.Private() || public.Private() || private.ID() != public.ID() || len(public.ID()) != 64 {
			t.Errorf("%s: wanted a private and a public key of one id, got %+v and %+v", name, private, public)
		}
		signed, err := Sign(statement(), private)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text, err := signed.Encode()
		if err != nil {
			t.Fatal(err)
		}
		read, err := Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []*Key{private, public} {
			if err := read.Verify(key); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := read.Verify(stranger); err == nil || !strings.Contains(err.Error(), private.ID()) || !strings.Contains(err.Error(), stranger.ID()) {
			t.Errorf("%s: wanted a refusal that names both keys, got %v", name, err)
		}
		if got, err := read.Statement(); err != nil || !reflect.DeepEqual(got, statement()) {
			t.Errorf("%s: wanted the statement back, got %+v (%v)", name, got, err)
		}
		if !read.Holds(statement()) {
			t.Errorf("%s: wanted the envelope to hold the statement", name)
		}
		if _, err := Sign(statement(), public); err == nil || !strings.Contains(err.Error(), "wanted a private key") {
			t.Errorf("%s: wanted a public key refused, got %v", name, err)
		}
	}
}

// An envelope may have several signatures: of a vendor and of who certifies it.
func TestAddASignature(t *testing.T) {
	all := keys(t)
	vendor, body := parse(t, all["ed25519"][0]), parse(t, all["P-256 SEC1"][0])
	e, err := Sign(statement(), vendor)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second replaces the first
		if err := e.Add(body); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(e.envelope.Signatures); n != 2 {
		t.Errorf("wanted one signature for each key, got %d", n)
	}
	for _, key := range []*Key{vendor, body} {
		if err := e.Verify(key); err != nil {
			t.Error(err)
		}
	}
}

// The statement is one by in-toto's own reader. It is written with plain structs:
// the reader's numbers are floats, which a seed does not fit into, and its writer
// gives other bytes each time.
func TestInTotoReadsTheStatement(t *testing.T) {
	private, _ := ed25519Key(t, seedA)
	e, err := Sign(statement(), private)
	if err != nil {
		t.Fatal(err)
	}
	var read intoto.Statement
	if err := protojson.Unmarshal(e.payload, &read); err != nil {
		t.Fatal(err)
	}
	if err := read.Validate(); err != nil {
		t.Error(err)
	}
	if read.GetType() != intoto.StatementTypeUri || read.GetPredicateType() != PredicateType || len(read.GetSubject()) != 2 ||
		read.GetSubject()[0].GetName() != "report.json" || read.GetSubject()[0].GetDigest()["sha256"] != strings.Repeat("0", 64) ||
		read.GetPredicate().GetFields()["verdict"].GetStringValue() != "conformant" {
		t.Errorf("wanted the statement back, got %v", &read)
	}
}

// openssl verifies what we sign, and its keys are read.
func TestOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("openssl", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	file := func(name string) []byte {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	run("genpkey", "-algorithm", "ed25519", "-out", "key.pem")
	run("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
	run("ecparam", "-name", "prime256v1", "-genkey", "-out", "ec.pem")
	private := parse(t, file("key.pem"))
	parse(t, file("ec.pem")) // begins with its parameters
	e, err := Sign(statement(), private)
	if err != nil {
		t.Fatal(err)
	}
	sig, err := base64.StdEncoding.DecodeString(e.envelope.Signatures[0].Sig)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"pae": dsse.PAE(payloadType, e.payload), "sig": sig} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run("pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-in", "pae", "-sigfile", "sig")
	run("genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:x", "-out", "encrypted.pem")
	if _, err := ParseKey(file("encrypted.pem")); err == nil || !strings.Contains(err.Error(), "the key is encrypted") {
		t.Errorf("wanted an encrypted key refused as such, got %v", err)
	}
}

func TestParseKeyRefuses(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	rsaDER, err := x509.MarshalPKCS8PrivateKey(rsaKey)
	if err != nil {
		t.Fatal(err)
	}
	p224, err := x509.MarshalPKIXPublicKey(ecKey(t, elliptic.P224()).Public())
	if err != nil {
		t.Fatal(err)
	}
	one := keys(t)["ed25519"][0]
	for want, text := range map[string][]byte{
		"wanted a key in PEM":         []byte("hello"),
		"got an empty block":          pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY"}),
		`got a block "PRIVATE KEY"`:   pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")}),
		"got one of type rsa":         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: rsaDER}),
		"got one on P-224":            pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: p224}),
		"got a certificate":           pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}),
		"got one of OpenSSH":          pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: []byte("x")}),
		"wanted one key, got more":    append(append([]byte{}, one...), one...),
		"the key is encrypted":        pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("x")}),
		"is encrypted: decrypt it fi": pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED"}, Bytes: []byte("x")}),
	} {
		if _, err := ParseKey(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("wanted %q in the error, got %v", want, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for want, text := range map[string]string{
		"wanted a DSSE envelope":            "<html>",
		"an envelope with a signature":      `{"payloadType":"x","payload":"e30=","signatures":[]}`,
		"wanted the payload in base64":      `{"payloadType":"x","payload":"{}","signatures":[{"sig":"e30="}]}`,
		"wanted one DSSE envelope, got mor": `{"payloadType":"x","payload":"e30=","signatures":[{"sig":"e30="}]} {}`,
	} {
		if _, err := Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("wanted %q in the error, got %v", want, err)
		}
	}
	for want, change := range map[string]func(*Statement){
		"wanted statement type": func(s *Statement) { s.Type = "https://in-toto.io/Statement/v0.1" },
		"wanted predicate type": func(s *Statement) { s.PredicateType = "https://slsa.dev/provenance/v1" },
		"got one about none":    func(s *Statement) { s.Subject = nil },
	} {
		s := statement()
		change(&s)
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		e := &Envelope{payload: text}
		e.envelope.PayloadType = payloadType
		if _, err := e.Statement(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("wanted %q in the error, got %v", want, err)
		}
		if e.Holds(statement()) {
			t.Errorf("%s: wanted another statement, got the same", want)
		}
	}
}

// No envelope makes the reader panic, or verifies by accident.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"keyid":"A","sig":"` + signatureVector + `"}]}`))
	f.Add([]byte(`{"payloadType":"` + payloadType + `","payload":"","signatures":[null,{"sig":"-_"}]}`))
	f.Add([]byte(`null`))
	f.Add([]byte(`{"payload":"bnVsbA==","payloadType":"` + payloadType + `","signatures":[{"sig":""}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, key := ed25519Key(t, seedB)
		e, err := Decode(text)
		if err != nil {
			return
		}
		_, _ = e.Statement() // whatever it says, it comes back
		if err := e.Verify(key); err == nil && string(e.payload) != bodyVector {
			t.Errorf("wanted no envelope verified that the key has not signed, got %q", text)
		}
	})
}
