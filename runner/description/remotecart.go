package description

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"cartconform/suites/target"
)

// remoteCart fills in the section of that name.
func (b builder) remoteCart(f file) {
	const key = "remoteCart"
	section := f.RemoteCart
	out := &RemoteCart{
		HTTP: HTTP{
			BaseURL: b.plainURL(key+".baseURL", section.BaseURL),
			Headers: http.Header{}, BadHeaders: http.Header{},
			Overall: true,
			Timeout: b.duration(key+".timeout", section.Timeout, cmp.Or(b.out.HTTP.Timeout, defaultTimeout)),
		},
		AccessKey: b.text(key+".accessKey", section.AccessKey),
		SecretKey: b.text(key+".secretKey", section.SecretKey),
		Locales:   map[string]Endpoint{},
	}
	out.HTTP.RequestsPerSecond, out.HTTP.Burst = pace(f.Profile, section.RateLimit, remoteRate, remoteBurst)
	remote := &target.Remote{
		AssociateTag:      section.AssociateTag,
		OtherAssociateTag: section.OtherAssociateTag,
		Locale:            cmp.Or(section.Locale, remoteLocale),
		Products: target.Products{
			Available:    remoteProducts(section.Products.Available),
			Unavailable:  remoteProducts(section.Products.Unavailable),
			Capped:       remoteProducts(section.Products.Capped),
			OtherSellers: remoteProducts(section.Products.OtherSellers),
		},
		Control: target.RemoteControl{
			AdvanceClock:    b.hook(key+".control.advanceClock", section.Control.AdvanceClock),
			SetAvailability: b.hook(key+".control.setAvailability", section.Control.SetAvailability),
			Settle:          b.duration(key+".control.settle", section.Control.Settle, defaultSettle),
		},
		Pace: spacing(out.HTTP.RequestsPerSecond),
	}
	for _, feature := range section.Features {
		remote.Features = append(remote.Features, target.Feature(feature))
	}
	for i, l := range section.OtherLocales {
		at := fmt.Sprintf("%s.otherLocales[%d]", key, i)
		out.Locales[l.Locale] = Endpoint{BaseURL: b.plainURL(at+".baseURL", l.BaseURL), Host: l.Host}
		remote.OtherLocales = append(remote.OtherLocales, target.OtherLocale{Locale: l.Locale, AssociateTag: l.AssociateTag, ASIN: l.ASIN})
	}
	b.out.RemoteCart, b.out.Target.Remote = out, remote
}

// plainURL is baseURL for requests that are signed: no user-info stands in them.
func (b builder) plainURL(key, value string) *url.URL {
	e := b.baseURL(key, value)
	if e.userInfo != "" {
		b.found.add(b.line(key), key, "%s: wanted a URL without user-info: requests to the remote cart are signed, with accessKey and secretKey", key)
	}
	return e.url
}

func remoteProducts(list []fileProduct) []target.Product {
	var out []target.Product
	for _, p := range list {
		out = append(out, target.Product(p))
	}
	return out
}

// remoteRules checks what one key of the section has to do with another.
func (b builder) remoteRules(f *fileRemoteCart) {
	const section = "remoteCart"
	if key := section + ".otherAssociateTag"; f.OtherAssociateTag != "" && f.OtherAssociateTag == f.AssociateTag {
		b.found.add(b.line(key), key, "%s: wanted another tag than associateTag, got %q again", key, f.AssociateTag)
	}
	b.burst(section+".rateLimit.burst", f.RateLimit)
	locales := []string{cmp.Or(f.Locale, remoteLocale)}
	for i, l := range f.OtherLocales {
		key := fmt.Sprintf("%s.otherLocales[%d].locale", section, i)
		if l.Locale != "" && slices.Contains(locales, l.Locale) && !b.found.at(key) {
			b.found.add(b.line(key), key, "%s: wanted another locale than those before it, got %q again", key, l.Locale)
		}
		locales = append(locales, l.Locale)
	}
	roles := map[string]string{}
	for _, role := range []struct {
		name     string
		products []fileProduct
	}{
		{"available", f.Products.Available}, {"unavailable", f.Products.Unavailable}, {"capped", f.Products.Capped},
		{"otherSellers", f.Products.OtherSellers},
	} {
		for i, p := range role.products {
			key := fmt.Sprintf("%s.products.%s[%d]", section, role.name, i)
			if p.ASIN == "" || b.found.at(key) {
				continue // reported as missing
			}
			if first, again := roles[p.ASIN]; again {
				key += ".asin"
				b.found.add(b.line(key), key, "%s: wanted a product of its own, got %q, which is that of %s already; the suites tell a cart's items apart by their products",
					key, p.ASIN, first)
				continue
			}
			roles[p.ASIN] = key
		}
	}
}
