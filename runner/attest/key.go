// Package attest signs what a report says and verifies who signed it: an in-toto
// Statement, version 1, in a DSSE envelope. It reads and writes no files.
package attest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/secure-systems-lab/go-securesystemslib/signerverifier"
)

// Key is an ed25519 key or an ECDSA key on the curve P-256, P-384 or P-521. A
// public key can verify, a private one can sign too.
type Key struct {
	id      string
	private bool
	suite   dsse.SignerVerifier
}

// ID is the SHA-256, in hex, of the public key as DER (SubjectPublicKeyInfo):
// what `openssl pkey -pubout -outform DER | sha256sum` prints.
func (k *Key) ID() string { return k.id }

// Private reports whether the key can sign.
func (k *Key) Private() bool { return k.private }

// ParseKey reads a key in PEM: PUBLIC KEY (PKIX), PRIVATE KEY (PKCS #8) or EC
// PRIVATE KEY (SEC 1). Other text and the parameters that openssl writes before
// an EC key are passed over.
func ParseKey(text []byte) (*Key, error) {
	block, err := keyBlock(text)
	if err != nil {
		return nil, err
	}
	// The package reads the first block that it is given, and would take RSA keys.
	loaded, err := signerverifier.LoadKey(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes}))
	if err != nil {
		return nil, fmt.Errorf("wanted an ed25519 or ECDSA key in PEM, got a block %q that is none: %w", block.Type, err)
	}
	key := &Key{private: loaded.KeyVal.Private != ""}
	switch loaded.KeyType {
	case signerverifier.ED25519KeyType:
		key.suite, err = signerverifier.NewED25519SignerVerifierFromSSLibKey(loaded)
	case signerverifier.ECDSAKeyType:
		key.suite, err = signerverifier.NewECDSASignerVerifierFromSSLibKey(loaded)
	default:
		return nil, fmt.Errorf("wanted an ed25519 or ECDSA key, got one of type %s: make one with openssl genpkey -algorithm ed25519", loaded.KeyType)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	if err := sound(key.suite.Public()); err != nil {
		return nil, err
	}
	if key.id, err = keyID(key.suite.Public()); err != nil {
		return nil, err
	}
	return key, nil
}

// keyBlock finds the one block that holds a key.
func keyBlock(text []byte) (*pem.Block, error) {
	var found *pem.Block
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			break
		}
		text = rest
		switch {
		case block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
			return nil, errors.New("the key is encrypted: decrypt it first, for example with openssl pkey -in FILE")
		case block.Type == "CERTIFICATE":
			return nil, errors.New("wanted a key, got a certificate: take the key out of it with openssl x509 -pubkey -noout -in FILE")
		case block.Type == "OPENSSH PRIVATE KEY":
			return nil, errors.New("wanted a key as openssl writes it, got one of OpenSSH: ssh-keygen -p -m PKCS8 -f FILE changes its form")
		case block.Type == "EC PARAMETERS":
			continue
		case found != nil:
			return nil, errors.New("wanted one key, got more: put each into a file of its own")
		}
		found = block
	}
	if found == nil {
		return nil, errors.New("wanted a key in PEM (-----BEGIN … KEY-----), got none")
	}
	if len(bytes.TrimSpace(found.Bytes)) == 0 {
		return nil, errors.New("wanted a key in PEM, got an empty block")
	}
	return found, nil
}

// sound refuses keys that the signature schemes are not meant for.
func sound(public crypto.PublicKey) error {
	switch public := public.(type) {
	case ed25519.PublicKey:
		return nil
	case *ecdsa.PublicKey:
		if bits := public.Curve.Params().BitSize; bits < 256 {
			return fmt.Errorf("wanted an ECDSA key on P-256, P-384 or P-521, got one on %s", public.Curve.Params().Name)
		}
		return nil
	}
	return fmt.Errorf("wanted an ed25519 or ECDSA key, got %T", public)
}

func keyID(public crypto.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "", fmt.Errorf("name the key: %w", err)
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:]), nil
}
