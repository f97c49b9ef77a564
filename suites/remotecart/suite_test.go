package remotecart_test

import (
	"testing"

	"cartconform/runner/session"
)

// The suite, run by go test or the ginkgo command against CARTCONFORM_TARGET.
func TestRemoteCart(t *testing.T) { session.GoTest(t, "remote-cart") }
