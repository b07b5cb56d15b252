package app

import "yiqun/storage/redis"

// withoutRedis is what it costs that Redis cannot be used.
const withoutRedis = "修好以前，没说完的对话要重新说，提醒可能晚一会儿。"

// redisTroubles say what is wrong and what to do.
var redisTroubles = map[redis.Trouble]string{
	redis.Unreachable: "连不上：请检查它有没有启动，以及 YIQUN_REDIS_URL 里的主机和端口。",
	redis.NoPassword:  "要密码，YIQUN_REDIS_URL 里没有写：请写成 redis://:密码@主机:端口。",
	redis.Credentials: "不认用户名或密码：请核对 YIQUN_REDIS_URL。",
	redis.Forbidden:   "不让这个用户读写：请用 ACL SETUSER 放行它对 yiqun:* 的读写和脚本。",
	redis.Encryption:  "一边用 TLS、一边不用：用 TLS 的，YIQUN_REDIS_URL 要写 rediss://，不用的写 redis://；再核对端口。",
	redis.HungUp:      "连上就被断开，可能是中间的代理连不到 Redis，也可能一边用 TLS、一边不用：请检查代理和 Redis 有没有启动好；用 TLS 的，YIQUN_REDIS_URL 要写 rediss://，不用的写 redis://。",
	redis.Silent:      "连上了却不回答，可能是 Redis 或中间的代理卡住了，也可能是那边不用 TLS：请检查代理和 Redis；不用 TLS 的，YIQUN_REDIS_URL 要写 redis://。",
	redis.Untrusted:   "的 TLS 证书本机不信：请把签发它的根证书装进本机，或换一张写着这个主机名的证书。",
	redis.NoDatabase:  "没有这个编号的库：请把 YIQUN_REDIS_URL 末尾的编号改小，或去掉。",
	redis.ReadOnly:    "是只读的副本，写不进：请把 YIQUN_REDIS_URL 指到主节点，或者写成 redis+sentinel://哨兵,哨兵/主节点名。",
	redis.Full:        "的内存满了，写不进：请调大 maxmemory。",
	redis.DiskFailed:  "存不了盘，什么都不再收：请检查 Redis 那台机器的磁盘。",
	redis.Clustered:   "是集群：请把 YIQUN_REDIS_URL 写成 redis+cluster://主机,主机。",
	redis.Single:      "不是集群：请把 YIQUN_REDIS_URL 写成 redis://主机:端口。",
	redis.Incomplete:  "集群不完整，有的部分没有节点：请先修好集群。",
	redis.NoSentinel:  "的哨兵没有说出主节点在哪：请核对 YIQUN_REDIS_URL 里的哨兵地址、密码和主节点名。",
	redis.Loading:     "正在读入自己的数据：请过一会儿再看。",
	redis.Stranger:    "那个地址上回答的不是 Redis：请核对 YIQUN_REDIS_URL 里的主机和端口。",
}

// PlainRedis says to an operator why Redis cannot be used, what to do, and what it costs
// meanwhile, as the end of a sentence about it.
func PlainRedis(err error) string {
	if why := redisTroubles[redis.TroubleOf(err)]; why != "" {
		return why + withoutRedis
	}
	return "用不了：请核对 YIQUN_REDIS_URL，再看 Redis 自己的日志。" + withoutRedis
}
