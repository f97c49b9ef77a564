package attest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// File is the envelope's name in a report folder.
const File = "report.dsse.json"

// payloadType is that of an in-toto statement.
const payloadType = "application/vnd.in-toto+json"

// Envelope is a signed statement that somebody else wrote, or that Sign made.
type Envelope struct {
	envelope dsse.Envelope
	payload  []byte
}

// Sign puts the statement into an envelope and signs it.
func Sign(s Statement, key *Key) (*Envelope, error) {
	payload, err := s.encode()
	if err != nil {
		return nil, err
	}
	e := &Envelope{envelope: dsse.Envelope{PayloadType: payloadType}, payload: payload}
	return e, e.Add(key)
}

// Add signs what the envelope holds with one more key. A signature that the key
// has made before is replaced.
func (e *Envelope) Add(key *Key) error {
	if !key.private {
		return errors.New("wanted a private key, got a public one: only the private key can sign")
	}
	signer, err := dsse.NewEnvelopeSigner(named{key})
	if err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	signed, err := signer.SignPayload(context.Background(), e.envelope.PayloadType, e.payload)
	if err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	others := slices.DeleteFunc(slices.Clone(e.envelope.Signatures), func(s dsse.Signature) bool { return s.KeyID == key.id })
	signed.Signatures = append(others, signed.Signatures...)
	e.envelope = *signed
	return nil
}

// named is a key under the id that we give it.
type named struct{ key *Key }

func (n named) Sign(ctx context.Context, data []byte) ([]byte, error) {
	return n.key.suite.Sign(ctx, data)
}
func (n named) KeyID() (string, error) { return n.key.id, nil }

// Encode writes the envelope as JSON.
func (e *Envelope) Encode() ([]byte, error) {
	text, err := json.MarshalIndent(e.envelope, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode envelope: %w", err)
	}
	return append(text, '\n'), nil
}

// Decode reads an envelope. Who signed it, and whether what it holds is a
// statement of ours, is not looked at.
func Decode(text []byte) (*Envelope, error) {
	var e Envelope
	decoder := json.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&e.envelope); err != nil {
		return nil, fmt.Errorf("wanted a DSSE envelope in JSON, got %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("wanted one DSSE envelope, got more text after it")
	}
	if len(e.envelope.Signatures) == 0 {
		return nil, errors.New("wanted an envelope with a signature, got none")
	}
	var err error
	if e.payload, err = e.envelope.DecodeB64Payload(); err != nil {
		return nil, fmt.Errorf("wanted the payload in base64, got something else: %w", err)
	}
	return &e, nil
}

// Verify checks that the key signed the envelope. The key ids in an envelope are
// not signed and therefore not looked at.
func (e *Envelope) Verify(key *Key) error {
	unnamed := e.envelope
	unnamed.Signatures = nil
	for _, s := range e.envelope.Signatures {
		unnamed.Signatures = append(unnamed.Signatures, dsse.Signature{Sig: s.Sig})
	}
	verifier, err := dsse.NewEnvelopeVerifier(key.suite)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	if _, err := verifier.Verify(context.Background(), &unnamed); err != nil {
		return fmt.Errorf("wanted a signature by key %s, got none that it verifies (%s)", key.id, e.Signers())
	}
	return nil
}

// Signers says which keys the envelope names.
func (e *Envelope) Signers() string {
	text := "the envelope names"
	for i, s := range e.envelope.Signatures {
		if i > 0 {
			text += ","
		}
		if s.KeyID == "" {
			text += " no key"
		} else {
			text += fmt.Sprintf(" key %.80q", s.KeyID)
		}
	}
	return text
}

// Holds reports whether the envelope holds exactly this statement.
func (e *Envelope) Holds(s Statement) bool {
	payload, err := s.encode()
	return err == nil && e.envelope.PayloadType == payloadType && bytes.Equal(payload, e.payload)
}
