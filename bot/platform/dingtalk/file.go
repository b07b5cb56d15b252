package dingtalk

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
)

const (
	maxFile       = 20 << 20 // bytes that media/upload takes
	uploadTimeout = 2 * time.Minute
)

var errFileTooBig = errors.New("the file is over 20 MB")

// fileTypes are those that sampleFile shows; any other travels zipped.
var fileTypes = map[string]bool{"xlsx": true, "pdf": true, "zip": true, "rar": true, "doc": true, "docx": true}

// sendFile uploads the file and sends it to the group or person.
func (a *Adapter) sendFile(ctx context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	receipt := deliver.Receipt{Route: routeFile}
	if out.File.Picture && len(out.File.Data) <= maxFile {
		return a.sendPicture(ctx, out)
	}
	file, kind, err := sendable(*out.File)
	if err != nil {
		return receipt, err
	}
	var media string
	err = a.withToken(ctx, func(token string) (err error) {
		receipt.Calls++
		media, err = a.upload(ctx, token, kindFile, file)
		return err
	})
	if err != nil {
		return receipt, err
	}
	param := map[string]string{"mediaId": media, "fileName": file.Name, "fileType": kind}
	return receipt, a.push(ctx, out.To, "sampleFile", param, &receipt.Calls)
}

// sendPicture uploads a picture and shows it in the group or to the person.
func (a *Adapter) sendPicture(ctx context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	receipt := deliver.Receipt{Route: routeFile}
	var media string
	err := a.withToken(ctx, func(token string) (err error) {
		receipt.Calls++
		media, err = a.upload(ctx, token, kindPicture, *out.File)
		return err
	})
	if err != nil {
		return receipt, err
	}
	return receipt, a.push(ctx, out.To, "sampleImageMsg", map[string]string{"photoURL": media}, &receipt.Calls)
}

// sendable gives the file as DingTalk takes it, with its type.
func sendable(f deliver.File) (deliver.File, string, error) {
	f.Name = platform.FileName(f.Name)
	kind := strings.ToLower(strings.TrimPrefix(path.Ext(f.Name), "."))
	if !fileTypes[kind] {
		packed, err := zipped(f)
		if err != nil {
			return f, "", bot.Fault(bot.Rejected, fmt.Errorf("zipping a file: %w", err))
		}
		f, kind = packed, "zip"
	}
	if len(f.Data) > maxFile {
		return f, "", bot.Fault(bot.Rejected, errFileTooBig)
	}
	return f, kind, nil
}

func zipped(f deliver.File) (deliver.File, error) {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	w, err := z.Create(f.Name)
	if err == nil {
		_, err = w.Write(f.Data)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		return f, err
	}
	return deliver.File{Name: f.Name + ".zip", Data: buf.Bytes()}, nil
}

// The types of media/upload.
const kindFile, kindPicture = "file", "image"

// upload puts a file or a picture into DingTalk's media store, on the old API.
func (a *Adapter) upload(ctx context.Context, token, kind string, f deliver.File) (string, error) {
	const what = "/media/upload"
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("media", f.Name)
	if err == nil {
		_, err = part.Write(f.Data)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		return "", bot.Fault(bot.Rejected, fmt.Errorf("%s: %w", what, err))
	}
	ctx, cancel := context.WithTimeout(ctx, uploadTimeout)
	defer cancel()
	address := a.oapi.String() + what + "?" + url.Values{"access_token": {token}, "type": {kind}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, &body)
	if err != nil {
		return "", failed(what, err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	status, header, answer, err := a.roundTrip(req)
	if err != nil {
		return "", failed(what, err)
	}
	return a.uploaded(what, status, header, answer)
}

func (a *Adapter) uploaded(what string, status int, header http.Header, answer []byte) (string, error) {
	if status/100 != 2 {
		return "", named(what, a.refused(what, status, header, answer))
	}
	var got struct {
		refusal
		MediaID string `json:"media_id"`
	}
	if lenient(json.Unmarshal(answer, &got)) != nil || got.Status == 1111 || got.ErrCode == nil {
		return "", named(what, unreadable(status))
	}
	if *got.ErrCode != 0 {
		return "", named(what, a.refusedOld(*got.ErrCode))
	}
	return got.MediaID, nil
}
