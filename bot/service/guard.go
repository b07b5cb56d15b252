package service

import "yiqun/bot"

// guarded makes a panic of do an error of code Internal, so that what nobody foresaw in
// one matter cannot end the bot for every group. The adapters see to that for what people
// say; the clock would come back to it at every start.
func guarded(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = bot.Fault(bot.Internal, bot.Panicked(v))
		}
	}()
	return do()
}
