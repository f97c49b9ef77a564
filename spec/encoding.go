package spec

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxCodings is how many codings one body may be wrapped in. One is what is
// seen in the field; the bound keeps a hostile header from costing work.
const maxCodings = 3

var (
	errTooLong       = errors.New("longer than the limit after decoding")
	errUnknownCoding = errors.New("unknown content coding")
)

// Decoded returns the body without its Content-Encoding (identity, gzip,
// x-gzip, deflate; RFC 9110, section 8.4). It is an error when the header names
// another coding, when the data is not in it, or when more than limit bytes
// come out: reading stops there, whatever the body would expand to.
func (r *Response) Decoded(limit int) ([]byte, error) {
	var codings []string
	for _, line := range r.Header.Values("Content-Encoding") {
		for part := range strings.SplitSeq(line, ",") {
			if coding := strings.ToLower(strings.TrimSpace(part)); coding != "" && coding != "identity" {
				codings = append(codings, coding)
			}
		}
	}
	if len(codings) > maxCodings {
		return nil, fmt.Errorf("%w: %d in a row", errUnknownCoding, len(codings))
	}
	body := r.Body
	// The last coding of the list was put on last.
	for i := len(codings) - 1; i >= 0; i-- {
		if len(body) == 0 { // an empty body needs no coding, whatever the header says
			return body, nil
		}
		reader, err := decoder(codings[i], body)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", codings[i], err)
		}
		if body, err = io.ReadAll(io.LimitReader(reader, int64(limit)+1)); err != nil {
			return nil, fmt.Errorf("reading %s: %w", codings[i], err)
		}
		if len(body) > limit {
			return nil, errTooLong
		}
	}
	if len(body) > limit {
		return nil, errTooLong
	}
	return body, nil
}

func decoder(coding string, body []byte) (io.Reader, error) {
	switch coding {
	case "gzip", "x-gzip":
		return gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		// RFC 9110 means the zlib format; bare deflate is so common that every
		// client takes both, told apart by the zlib header (RFC 1950: a multiple of 31).
		if len(body) >= 2 && body[0]&0x0f == 8 && (int(body[0])<<8|int(body[1]))%31 == 0 {
			return zlib.NewReader(bytes.NewReader(body))
		}
		return flate.NewReader(bufio.NewReader(bytes.NewReader(body))), nil
	}
	return nil, fmt.Errorf("%w %q", errUnknownCoding, coding)
}
