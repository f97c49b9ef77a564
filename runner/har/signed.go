package har

import (
	"net/url"
	"strings"

	"cartconform/runner/redact"
	"cartconform/spec"
	"cartconform/spec/sigv2"
	"cartconform/spec/soap"
)

// The variables from which a command that signs takes the keys.
const (
	accessKey = "PAAPI_ACCESS_KEY"
	secretKey = "PAAPI_SECRET_KEY"
)

const (
	keyParameter       = "AWSAccessKeyId"
	timestampParameter = "Timestamp"
)

// signing is how a request is signed again: a signature is good for some minutes.
// Marks stand in the request's texts for what the shell fills in; they pass through
// its quoting as they are. The zero value signs nothing.
type signing struct {
	text  string            // what is signed, with marks; "" = nothing is signed
	query bool              // timestamp and signature stand in a query, percent-encoded
	marks map[string]string // mark to the variable of the shell that is to stand in its place
}

// mark is a text that no request holds.
func mark(name string) string { return "@\u2060" + name + "\u2060@" }

// signedAnew gives the request with marks in it where it was signed. Only the access
// key is filled in where the signature is not to be right.
func signedAnew(x *spec.Exchange) (*spec.Exchange, signing) {
	u, err := url.Parse(x.Request.URL)
	if err != nil {
		return x, signing{}
	}
	s := signing{marks: map[string]string{}}
	out := *x
	switch {
	case x.Request.Body != nil:
		s.inEnvelope(&out)
	case u.Host != "" && strings.Contains(u.RawQuery, keyParameter+"="):
		s.inQuery(&out, u)
	}
	return &out, s
}

// inQuery signs a query anew. All of its parameters but the signature are signed in the
// order of their names; the request keeps its own order.
func (s *signing) inQuery(x *spec.Exchange, u *url.URL) {
	before, raw, _ := strings.Cut(x.Request.URL, "?")
	good := x.Credentials == "valid"
	parts := strings.Split(raw, "&")
	for i, part := range parts {
		switch name, value, _ := strings.Cut(part, "="); {
		case name == keyParameter && value == redact.Mark:
			parts[i] = name + "=" + s.stands(accessKey)
		case good && name == timestampParameter:
			parts[i] = name + "=" + s.stands("timestamp")
		case good && name == sigv2.SignatureName:
			parts[i] = name + "=" + s.stands("signature")
			s.query = true
		}
	}
	x.Request.URL = before + "?" + strings.Join(parts, "&")
	if !s.query {
		return
	}
	parameters, err := sigv2.ParseQuery(strings.Join(parts, "&"))
	if err != nil {
		*s = signing{} // it was sent unsigned
		return
	}
	host := u.Host
	for name, values := range x.Request.Header {
		if strings.EqualFold(name, "Host") && len(values) > 0 {
			host = values[0]
		}
	}
	s.text = sigv2.StringToSign(x.Request.Method, host, u.EscapedPath(), parameters)
	for found := range s.marks { // encoded with everything else
		s.text = strings.ReplaceAll(s.text, sigv2.Encode(found), found)
	}
}

// inEnvelope signs a SOAP request anew.
func (s *signing) inEnvelope(x *spec.Exchange) {
	message, err := soap.Unwrap(x.Request.Body)
	if err != nil {
		return
	}
	good := x.Credentials == "valid"
	for _, block := range message.Header {
		if block.Name.Space != sigv2.Namespace {
			continue
		}
		switch {
		case block.Name.Local == keyParameter && block.Text == redact.Mark:
			block.Text = s.stands(accessKey)
		case good && block.Name.Local == timestampParameter:
			block.Text = s.stands("timestamp")
		case good && block.Name.Local == sigv2.SignatureName:
			block.Text = s.stands("signature")
			s.text = x.Operation + mark("timestamp")
		}
	}
	if len(s.marks) == 0 {
		return
	}
	if body, err := soap.Wrap(message.Version, message.Header, message.Body); err == nil {
		x.Request.Body = body
	} else {
		*s = signing{}
	}
}

// stands has a mark stand for a variable of the shell.
func (s *signing) stands(variable string) string {
	s.marks[mark(variable)] = variable
	return mark(variable)
}

// command is what computes the signature, to stand before curl.
func (s signing) command(c command) string {
	if s.text == "" {
		return ""
	}
	colon, encode := ":", ""
	if s.query {
		colon, encode = "%%3A", " | sed 's/+/%2B/g; s,/,%2F,g; s/=/%3D/g'"
	}
	return "timestamp=$(date -u +%Y-%m-%dT%H" + colon + "%M" + colon + "%SZ)\n" +
		"signature=$(printf %s " + s.fill(c.quote(s.text)) + " |\n" +
		"  openssl dgst -sha256 -hmac \"$" + secretKey + "\" -binary | base64" + encode + ")\n"
}

// fill puts variables in the place of marks, in a text that is quoted.
func (s signing) fill(quoted string) string {
	for found, variable := range s.marks {
		quoted = strings.ReplaceAll(quoted, found, `'"$`+variable+`"'`)
	}
	return quoted
}
