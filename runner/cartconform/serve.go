package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cartconform/fixtures/bank"
	"cartconform/fixtures/faults"
	remotefaults "cartconform/fixtures/faults/remotecart"
	"cartconform/fixtures/reference"
	"cartconform/fixtures/reference/remotecart"
	"cartconform/fixtures/service"
	"cartconform/fixtures/wire"
	"cartconform/runner/verdict"
)

func serveCommand() *cobra.Command {
	var (
		addr, fault, catalog, token string
		list, listChoices           bool
		sides                       []string
	)
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the reference implementation: a stateful cart sandbox",
		Long: "Serve the reference implementation until it is interrupted. It keeps its state in memory.\n" +
			"Beside the cart API it answers product searches that fill a cart and takes orders that are made of one.\n" +
			"On the same address it answers for the remote cart of the Product Advertising API, at /onca/xml and /onca/soap.\n" +
			"The target description for it is printed by: cartconform init --reference -",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if list {
				for _, f := range slices.Concat(bank.Known(faults.All()), bank.Known(remotefaults.All())) {
					fmt.Fprintf(cmd.OutOrStdout(), "%-40s %-13s %-14s %s\n", f.ID, f.Requirement, f.Kind, f.Sentence)
				}
				return nil
			}
			if listChoices {
				listSides(cmd.OutOrStdout())
				return nil
			}
			choices, remoteChoices, err := chosen(sides)
			if err != nil {
				return exit{verdict.ExitUsage, err}
			}
			options := reference.Options{CatalogPath: catalog, Token: token, Choices: choices}
			remoteOptions := remotecart.Options{CatalogPath: catalog, Choices: remoteChoices}
			if f, err := faults.Find(fault); err == nil {
				options = withFault(options, f)
			} else if f, err := remotefaults.Find(fault); err == nil {
				remoteOptions.Points = f.Points()
			} else if fault != "" {
				return exit{verdict.ExitUsage, err}
			}
			handler, err := both(options, remoteOptions)
			if err != nil {
				return exit{verdict.ExitUsage, err}
			}
			listener, err := net.Listen("tcp", addr)
			if err != nil {
				return exit{verdict.ExitUsage, fmt.Errorf("serve on --addr %s: %w", addr, err)}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "serving the reference implementation on http://%s (interrupt to stop)\n", listener.Addr())
			fmt.Fprint(cmd.OutOrStdout(), wanting(options))
			fmt.Fprint(cmd.OutOrStdout(), remotely(handler, listener.Addr()))
			return serve(cmd.Context(), listener, handler)
		},
	}
	f := cmd.Flags()
	f.StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen on; loopback unless asked otherwise")
	f.StringVar(&fault, "fault", "", "make a known mistake: id of a fault of either API")
	f.BoolVar(&list, "list-faults", false, "list the known faults and stop")
	f.StringArrayVar(&sides, "choice", nil, "make a choice that the documents leave open otherwise: Name=side, remote-cart.Name=side (repeatable)")
	f.BoolVar(&listChoices, "list-choices", false, "list the choices with their sides, the default first, and stop")
	f.StringVar(&catalog, "catalog", "", "catalogue of buyers, carts and offers, a YAML file (default: the embedded one)")
	f.StringVar(&token, "token", "", "require this value in x-amz-access-token (default: every request is accepted)")
	return cmd
}

// ofRemote stands before the names of the choices of the remote cart.
const ofRemote = "remote-cart."

func listSides(out io.Writer) {
	for _, c := range reference.ChoiceTable() {
		fmt.Fprintf(out, "%-32s %s\n", c.Name, strings.Join(c.Values, " "))
	}
	for _, c := range remotecart.ChoiceTable() {
		fmt.Fprintf(out, "%-32s %s\n", ofRemote+c.Name, strings.Join(c.Values, " "))
	}
}

// chosen reads choices. What a plain HTTP server cannot choose is refused.
func chosen(sides []string) (reference.Choices, remotecart.Choices, error) {
	var business, remote []string
	for side := range strings.SplitSeq(strings.Join(sides, ","), ",") {
		if name, ok := strings.CutPrefix(strings.TrimSpace(side), ofRemote); ok {
			remote = append(remote, name)
		} else if side != "" {
			business = append(business, side)
		}
	}
	choices, err := reference.ParseChoices(strings.Join(business, ","))
	remoteChoices, err2 := remotecart.ParseChoices(strings.Join(remote, ","))
	if err == nil {
		err = err2
	}
	if err == nil && (choices.Protocol == wire.HTTP2 || remoteChoices.Protocol == wire.HTTP2) {
		err = fmt.Errorf("choice Protocol: serve speaks plain HTTP/1.1, got %q (cartconform prove tries it)", wire.HTTP2)
	}
	if err != nil {
		return choices, remoteChoices, fmt.Errorf("%w: cartconform serve --list-choices lists them", err)
	}
	return choices, remoteChoices, nil
}

// both makes the references of both APIs; a catalogue may have nothing for the remote cart.
func both(options reference.Options, remoteOptions remotecart.Options) (*service.Service, error) {
	business, err := reference.New(options)
	if err != nil {
		return nil, err
	}
	remote, err := remotecart.New(remoteOptions)
	if err != nil && !errors.Is(err, remotecart.ErrNoSection) {
		return nil, err
	}
	return &service.Service{BusinessCart: business, RemoteCart: remote}, nil
}

// remotely says where the remote cart is, and how to sign for it.
func remotely(s *service.Service, addr net.Addr) string {
	if s.RemoteCart == nil {
		return "  remote cart: not served, the catalogue has no remoteCart section\n"
	}
	return fmt.Sprintf("  remote cart: http://%s/onca/xml and /onca/soap, access key %s, secret key %s\n", addr, remotecart.AccessKey, remotecart.SecretKey)
}

// withFault makes a mistake. A token that was asked for stays.
func withFault(options reference.Options, f faults.Fault) reference.Options {
	made := f.Options()
	made.CatalogPath, made.Choices = options.CatalogPath, options.Choices
	if options.Token != "" {
		made.Token = options.Token
	}
	return made
}

// wanting says what the server wants of its clients beyond what the API does.
func wanting(o reference.Options) string {
	text := ""
	if o.Token != "" {
		text += "  feature auth: x-amz-access-token has to be " + o.Token + "\n"
	}
	if rate := o.RateLimit; rate.PerSecond > 0 {
		text += fmt.Sprintf("  feature throttling: %g requests a second for each operation, %d at once\n", rate.PerSecond, rate.Burst)
	}
	if o.MaxBody > 0 {
		text += fmt.Sprintf("  feature size-limit: bodies of %d bytes at most\n", o.MaxBody)
	}
	return text
}

// serve serves until ctx ends, then gives requests under way a moment to end.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return exit{verdict.ExitInternal, fmt.Errorf("serve: %w", err)}
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if err := server.Shutdown(closing); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return exit{verdict.ExitInternal, fmt.Errorf("stop serving: %w", err)}
	}
	return nil
}
