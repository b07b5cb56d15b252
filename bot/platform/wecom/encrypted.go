package wecom

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
)

// encrypted finds the ciphertext in a callback's body: {"encrypt":"…"} or
// <xml>…<Encrypt><![CDATA[…]]></Encrypt></xml>. Bodies written as WeCom writes
// them are only searched; any other goes through a decoder. Taking the wrong text
// does no harm, for then the signature is not over it.
func encrypted(body []byte) (text []byte, ok bool) {
	if text, ok = between(body, `"encrypt":"`, `"`); ok {
		return text, true
	}
	if text, ok = between(body, `<Encrypt><![CDATA[`, `]]>`); ok {
		return text, true
	}
	return decodeEncrypted(body)
}

func between(body []byte, before, after string) (text []byte, ok bool) {
	_, rest, ok := bytes.Cut(body, []byte(before))
	if !ok {
		return nil, false
	}
	text, _, ok = bytes.Cut(rest, []byte(after))
	return text, ok && len(text) > 0 && bytes.IndexByte(text, '\\') < 0
}

func decodeEncrypted(body []byte) (text []byte, ok bool) {
	var found struct {
		XMLName xml.Name `json:"-" xml:"xml"`
		Encrypt string   `json:"encrypt" xml:"Encrypt"`
	}
	if body = bytes.TrimSpace(body); bytes.HasPrefix(body, []byte("<")) {
		if xml.Unmarshal(body, &found) != nil {
			return nil, false
		}
	} else if json.Unmarshal(body, &found) != nil {
		return nil, false
	}
	return []byte(found.Encrypt), found.Encrypt != ""
}
