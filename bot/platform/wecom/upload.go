package wecom

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
)

const (
	// uploadChunk is the most bytes of one chunk before base64 (document 101463).
	uploadChunk = 512 << 10
	// maxFile and maxPicture are the most bytes of a file and of a picture.
	maxFile    = 20 << 20
	maxPicture = 10 << 20
)

// The bodies of an upload's frames (document 101463; the md5 is of the whole
// file in hex, and the official client counts chunks from 0).
type (
	uploadInit struct {
		Type   string `json:"type"`
		Name   string `json:"filename"`
		Size   int    `json:"total_size"`
		Chunks int    `json:"total_chunks"`
		MD5    string `json:"md5"`
	}
	uploadPart struct {
		ID    string `json:"upload_id"`
		Index int    `json:"chunk_index"`
		Data  string `json:"base64_data"`
	}
	uploadID struct {
		ID string `json:"upload_id"`
	}
)

// upload hands a file to WeCom and returns its media id, good for three days.
// Chunks go one after the other: the connection has other things to carry.
func (d *delivery) upload(ctx context.Context, kind string, f deliver.File) (string, error) {
	if len(f.Data) == 0 || len(f.Data) > maxFile {
		return "", bot.Fault(bot.Rejected, fmt.Errorf("file of %d bytes: WeCom takes 1 to %d", len(f.Data), maxFile))
	}
	sum := md5.Sum(f.Data)
	chunks := slices.Collect(slices.Chunk(f.Data, uploadChunk))
	var session uploadID
	err := d.uploadCall(ctx, cmdUploadInit, uploadInit{
		Type: kind, Name: platform.FileName(f.Name), Size: len(f.Data), Chunks: len(chunks), MD5: hex.EncodeToString(sum[:]),
	}, &session)
	if err != nil {
		return "", err
	}
	for i, chunk := range chunks {
		part := uploadPart{ID: session.ID, Index: i, Data: base64.StdEncoding.EncodeToString(chunk)}
		if err := d.uploadChunk(ctx, part); err != nil {
			return "", err
		}
	}
	var media mediaID
	if err := d.uploadCall(ctx, cmdUploadFinish, session, &media); err != nil {
		return "", err
	}
	return media.ID, nil
}

// uploadChunk sends one chunk, and once more if no acknowledgement came: a chunk
// sent twice is one chunk.
func (d *delivery) uploadChunk(ctx context.Context, part uploadPart) error {
	err := d.uploadCall(ctx, cmdUploadChunk, part, nil)
	if errors.Is(err, errNoAck) {
		err = d.uploadCall(ctx, cmdUploadChunk, part, nil)
	}
	return err
}

// uploadCall sends one frame of an upload and reads the answer's body into into.
func (d *delivery) uploadCall(ctx context.Context, cmd string, body, into any) error {
	ack, err := d.call(ctx, newFrame(cmd, newReqID(cmd), body), d.id)
	if err != nil {
		return fmt.Errorf("uploading: %w", err)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(ack.Body, into); err != nil {
		return bot.Fault(bot.Retryable, fmt.Errorf("reading the answer to %s: %w", cmd, withoutContent(err)))
	}
	return nil
}
