package proof

import (
	"context"
	"net"
	"sync"
)

// inside is a listener whose connections never leave the process.
type inside struct {
	waiting chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func newInside() *inside { return &inside{waiting: make(chan net.Conn), closed: make(chan struct{})} }

func (l *inside) Accept() (net.Conn, error) {
	select {
	case conn := <-l.waiting:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *inside) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *inside) Addr() net.Addr { return address{} }

// dial gives the client's end of a new connection.
func (l *inside) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.waiting <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// address is where everything inside is.
type address struct{}

func (address) Network() string { return "inside" }
func (address) String() string  { return "reference.invalid" }
