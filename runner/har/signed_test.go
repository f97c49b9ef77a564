package har_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"cartconform/runner/har"
	"cartconform/runner/redact"
	"cartconform/spec"
	"cartconform/spec/sigv2"
	"cartconform/spec/soap"
	"cartconform/spec/xmlform"
)

const recordedAt = "2020-01-02T03:04:05Z"

// again runs the command of an exchange, as a report has it, with the keys AK and
// "S K'" in the environment, and gives what arrived at the server of the URL.
func again(t *testing.T, x *spec.Exchange) string {
	t.Helper()
	redacted := redact.New([]redact.Secret{{Name: "MY_KEY", Value: "AKIAKEY"}, {Name: "MY_SECRET", Value: "S K'"}}).Exchange(x)
	command := exec.Command("sh", "-c", har.Curl(redacted, nil))
	command.Env = append(os.Environ(), "PAAPI_ACCESS_KEY=AKIAKEY", "PAAPI_SECRET_KEY=S K'")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%v: %s", har.Curl(redacted, nil), err, out)
	}
	return har.Curl(redacted, nil)
}

// A signed query is signed again by its command, as of now; one that was sent to be
// refused is sent as it was.
func TestCurlSignsQueriesAnew(t *testing.T) {
	var got http.Request
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = *r }))
	t.Cleanup(server.Close)
	const query = "Version=2013-08-01&Item.1.ASIN=it's%20%22%24HOME%22&HMAC=a%2Bb%2Fc%3D"
	for credentials, signed := range map[string]bool{"valid": true, "bad": false, "valid, dated 2h0m0s ago": false} {
		x := &spec.Exchange{Credentials: credentials, Operation: "CartGet", Request: spec.Request{
			Method: "GET", Header: http.Header{"Host": {"webservices.example.co.uk"}},
			URL: server.URL + "/onca/xml?" + query + "&AWSAccessKeyId=AKIAKEY&Timestamp=" + sigv2.Encode(recordedAt) + "&Signature=old%3D",
		}}
		command := again(t, x)
		if strings.Contains(command, "AKIA") || strings.Contains(command, "S K") {
			t.Errorf("%s: wanted no secret, got %s", credentials, command)
		}
		u := *got.URL
		u.Host = got.Host
		values := u.Query()
		signature, err := sigv2.SignURL("S K'", "GET", &u)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse("2006-01-02T15:04:05Z", values.Get("Timestamp"))
		if err != nil || (time.Since(at) < time.Hour) != signed || (values.Get("Signature") == signature) != signed {
			t.Errorf("%s: wanted signed anew: %v, got %s by\n%s", credentials, signed, got.URL, command)
		}
		if values.Get("AWSAccessKeyId") != "AKIAKEY" || !strings.HasPrefix(u.RawQuery, query+"&AWS") || got.Host != "webservices.example.co.uk" {
			t.Errorf("%s: wanted everything else as it was, got %s to %s by\n%s", credentials, got.URL, got.Host, command)
		}
	}
	plain := &spec.Exchange{Credentials: "valid", Request: spec.Request{Method: "GET", URL: server.URL + "/cart?a=b"}}
	if command := har.Curl(plain, nil); strings.Contains(command, "openssl") {
		t.Errorf("wanted nothing to be signed, got %s", command)
	}
}

func TestCurlSignsEnvelopesAnew(t *testing.T) {
	body := ""
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		body = string(text)
	}))
	t.Cleanup(server.Close)
	child := xmlform.New("urn:shop", "CartGet", "").With(xmlform.New("urn:shop", "HMAC", `it's "$HOME" & <so> on`))
	for credentials, signed := range map[string]bool{"valid": true, "unsigned": false} {
		blocks := []*xmlform.Element{xmlform.New(sigv2.Namespace, "AWSAccessKeyId", "AKIAKEY"), xmlform.New(sigv2.Namespace, "Timestamp", recordedAt)}
		if signed {
			blocks = append(blocks, xmlform.New(sigv2.Namespace, "Signature", "old="))
		}
		envelope, err := soap.Wrap(soap.V11, blocks, child)
		if err != nil {
			t.Fatal(err)
		}
		x := &spec.Exchange{Credentials: credentials, Operation: "CartGet", Request: spec.Request{
			Method: "POST", URL: server.URL + "/onca/soap?" + url.Values{"Service": {"x"}}.Encode(), Header: http.Header{"Content-Type": {"text/xml"}}, Body: envelope,
		}}
		command := again(t, x)
		message, err := soap.Unwrap([]byte(body))
		if err != nil {
			t.Fatalf("%v in %s by\n%s", err, body, command)
		}
		fields := map[string]string{}
		for _, block := range message.Header {
			fields[block.Name.Local] = block.Text
		}
		right := fields["Signature"] == sigv2.SignOperation("S K'", "CartGet", fields["Timestamp"]) && fields["Timestamp"] != recordedAt
		if right != signed || fields["AWSAccessKeyId"] != "AKIAKEY" || message.Body.Child("urn:shop", "HMAC").Text != `it's "$HOME" & <so> on` {
			t.Errorf("%s: wanted signed anew: %v, and all else as it was, got %s by\n%s", credentials, signed, body, command)
		}
	}
}
