package session_test

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cartconform/fixtures/sandbox"
	"cartconform/runner/session"
	"cartconform/runner/verdict"
	"cartconform/spec"
)

const sandboxTarget = `
profile: static-sandbox
target: {baseURL: BASE, region: US, rateLimit: {requestsPerSecond: 0}}
lanes: [{buyer: buyer@example.com, cartId: cart-123}]
data:
  offers: {available: [{productIdentifier: PRODUCT, buyingOptionIdentifier: OId1}]}
  addresses:
    deliverable: {addressType: PhysicalAddress, fullName: cart user, addressLine1: 307 Boren Ave, city: Seattle,
      stateOrRegion: WA, postalCode: "98101", countryCode: US}
`

// The documented samples, served as they are, conform: what needs state does not
// apply to a static sandbox.
func TestStaticSandboxIsConformant(t *testing.T) {
	code, out := runSandbox(t, "Asin1")
	if code != verdict.ExitOK || !strings.Contains(out, "conformant (profile static-sandbox;") {
		t.Errorf("wanted exit code 0 and conformant, got %d:\n%s", code, out)
	}
}

// A sandbox that does not know a request refuses it, and that is a finding: the
// description says that it is the documented one.
func TestStaticSandboxThatRefusesASample(t *testing.T) {
	code, out := runSandbox(t, "AnotherProduct")
	if code != verdict.ExitFindings || !strings.Contains(out, "CART-ADD-02") {
		t.Errorf("wanted exit code 1 and CART-ADD-02, got %d:\n%s", code, out)
	}
}

func runSandbox(t *testing.T, product string) (verdict.Exit, string) {
	t.Helper()
	server := httptest.NewServer(sandbox.New())
	defer server.Close()
	dir := t.TempDir()
	config := filepath.Join(dir, "sandbox.yaml")
	text := strings.NewReplacer("BASE", server.URL, "PRODUCT", product).Replace(sandboxTarget)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	code, err := session.Run(t.Context(), session.Config{
		DescriptionPath: config, Procs: 1, ReportDir: filepath.Join(dir, "report"), Seed: 1, Level: spec.Should, Out: &out,
	})
	if err != nil {
		t.Fatal(err)
	}
	return code, out.String()
}
