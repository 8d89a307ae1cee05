import com.alibaba.fastjson.JSON;
import com.alibaba.fastjson.serializer.SerializerFeature;
import com.alibaba.fastjson2.JSONWriter;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.rocketmq.common.MQVersion;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.UtilAll;
import org.apache.rocketmq.common.compression.CompressionType;
import org.apache.rocketmq.common.compression.CompressorFactory;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageClientIDSetter;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageExtBrokerInner;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.message.MessageVersion;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.remoting.protocol.DataVersion;
import org.apache.rocketmq.remoting.protocol.LanguageCode;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RemotingSerializable;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.SerializeType;
import org.apache.rocketmq.remoting.protocol.admin.ConsumeStats;
import org.apache.rocketmq.remoting.protocol.admin.OffsetWrapper;
import org.apache.rocketmq.remoting.protocol.admin.TopicOffset;
import org.apache.rocketmq.remoting.protocol.admin.TopicStatsTable;
import org.apache.rocketmq.remoting.protocol.body.ClusterInfo;
import org.apache.rocketmq.remoting.protocol.body.Connection;
import org.apache.rocketmq.remoting.protocol.body.ConsumerConnection;
import org.apache.rocketmq.remoting.protocol.body.ConsumerOffsetSerializeWrapper;
import org.apache.rocketmq.remoting.protocol.body.ConsumerRunningInfo;
import org.apache.rocketmq.remoting.protocol.body.KVTable;
import org.apache.rocketmq.remoting.protocol.body.LockBatchRequestBody;
import org.apache.rocketmq.remoting.protocol.body.ProcessQueueInfo;
import org.apache.rocketmq.remoting.protocol.body.RegisterBrokerBody;
import org.apache.rocketmq.remoting.protocol.body.ResetOffsetBody;
import org.apache.rocketmq.remoting.protocol.body.SubscriptionGroupWrapper;
import org.apache.rocketmq.remoting.protocol.body.TopicConfigSerializeWrapper;
import org.apache.rocketmq.remoting.protocol.body.TopicList;
import org.apache.rocketmq.remoting.protocol.filter.FilterAPI;
import org.apache.rocketmq.remoting.protocol.header.GetMaxOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.PullMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.PullMessageResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.SendMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.SendMessageRequestHeaderV2;
import org.apache.rocketmq.remoting.protocol.header.SendMessageResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.RegisterBrokerRequestHeader;
import org.apache.rocketmq.remoting.protocol.heartbeat.ConsumeType;
import org.apache.rocketmq.remoting.protocol.heartbeat.ConsumerData;
import org.apache.rocketmq.remoting.protocol.heartbeat.HeartbeatData;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;
import org.apache.rocketmq.remoting.protocol.heartbeat.ProducerData;
import org.apache.rocketmq.remoting.protocol.heartbeat.SubscriptionData;
import org.apache.rocketmq.remoting.protocol.route.BrokerData;
import org.apache.rocketmq.remoting.protocol.route.QueueData;
import org.apache.rocketmq.remoting.protocol.route.TopicRouteData;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;
import org.apache.rocketmq.store.MessageExtEncoder;
import org.apache.rocketmq.store.config.MessageStoreConfig;

/**
 * Prints bytes that Apache's own classes make, one line each: file, name, kind (hex or text), value; separated by tabs.
 * capture.mjs runs it and writes the files beside it.
 */
public class Capture {
    static final long BORN = 1_700_000_000_123L;
    static final long STORED = 1_700_000_000_456L;

    public static void main(String[] args) throws Exception {
        for (SerializeType type : SerializeType.values()) frames(type);
        records();
        ids();
        bodies();
        filledBodies();
        System.exit(0);
    }

    static void hex(String file, String name, byte[] bytes) {
        System.out.println(file + "\t" + name + "\thex\t" + UtilAll.bytes2string(bytes).toLowerCase());
    }

    static void text(String file, String name, String value) {
        System.out.println(file + "\t" + name + "\ttext\t" + value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t"));
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    static void frame(SerializeType type, String name, RemotingCommand command, int opaque) {
        command.setSerializeTypeCurrentRPC(type);
        command.setOpaque(opaque);
        command.setVersion(MQVersion.CURRENT_VERSION);
        hex("frames", name + " " + type, bytes(command.encode()));
    }

    static void frames(SerializeType type) throws Exception {
        SendMessageRequestHeader v1 = new SendMessageRequestHeader();
        v1.setProducerGroup("PG");
        v1.setTopic("TopicTest");
        v1.setDefaultTopic("TBW102");
        v1.setDefaultTopicQueueNums(4);
        v1.setQueueId(3);
        v1.setSysFlag(0);
        v1.setBornTimestamp(BORN);
        v1.setFlag(7);
        v1.setProperties(properties());
        v1.setReconsumeTimes(0);
        v1.setUnitMode(false);
        v1.setBatch(false);
        v1.setMaxReconsumeTimes(16);
        v1.setBrokerName("broker-a");

        RemotingCommand send = RemotingCommand.createRequestCommand(RequestCode.SEND_MESSAGE_V2,
            SendMessageRequestHeaderV2.createSendMessageRequestHeaderV2(v1));
        send.setBody("Hello RocketMQ".getBytes(StandardCharsets.UTF_8));
        frame(type, "send V2", send, 11);

        RemotingCommand sendOld = RemotingCommand.createRequestCommand(RequestCode.SEND_MESSAGE, v1);
        sendOld.setBody("Hello RocketMQ".getBytes(StandardCharsets.UTF_8));
        frame(type, "send V1", sendOld, 12);

        PullMessageRequestHeader pull = new PullMessageRequestHeader();
        pull.setConsumerGroup("CG");
        pull.setTopic("TopicTest");
        pull.setQueueId(2);
        pull.setQueueOffset(1_234_567L);
        pull.setMaxMsgNums(32);
        pull.setSysFlag(6);
        pull.setCommitOffset(99L);
        pull.setSuspendTimeoutMillis(15_000L);
        pull.setSubscription("TagA || TagB");
        pull.setSubVersion(BORN);
        pull.setMaxMsgBytes(Integer.MAX_VALUE);
        pull.setExpressionType("TAG");
        pull.setBrokerName("broker-a");
        frame(type, "pull", RemotingCommand.createRequestCommand(RequestCode.PULL_MESSAGE, pull), 13);

        RemotingCommand heartbeat = RemotingCommand.createRequestCommand(RequestCode.HEART_BEAT, null);
        heartbeat.setLanguage(LanguageCode.JAVA);
        heartbeat.setBody(heartbeat().encode());
        frame(type, "heartbeat", heartbeat, 14);

        for (boolean compressed : new boolean[] {false, true}) {
            byte[] body = registerBody().encode(compressed);
            RegisterBrokerRequestHeader register = new RegisterBrokerRequestHeader();
            register.setBrokerName("broker-a");
            register.setBrokerAddr("10.0.0.1:10911");
            register.setClusterName("DefaultCluster");
            register.setHaServerAddr("10.0.0.1:10912");
            register.setBrokerId(0L);
            register.setHeartbeatTimeoutMillis(120_000L);
            register.setEnableActingMaster(false);
            register.setCompressed(compressed);
            register.setBodyCrc32(UtilAll.crc32(body));
            RemotingCommand command = RemotingCommand.createRequestCommand(RequestCode.REGISTER_BROKER, register);
            command.setBody(body);
            frame(type, compressed ? "register broker, compressed" : "register broker", command, 15);
        }

        GetMaxOffsetRequestHeader max = new GetMaxOffsetRequestHeader();
        max.setTopic("TopicTest");
        max.setQueueId(1);
        RemotingCommand oneWay = RemotingCommand.createRequestCommand(RequestCode.GET_MAX_OFFSET, max);
        oneWay.markOnewayRPC();
        frame(type, "max offset, one-way", oneWay, 16);

        RemotingCommand sent = RemotingCommand.createResponseCommand(SendMessageResponseHeader.class);
        SendMessageResponseHeader sentHeader = (SendMessageResponseHeader) sent.readCustomHeader();
        sentHeader.setMsgId("0A00000100002A9F0000000000000064");
        sentHeader.setQueueId(3);
        sentHeader.setQueueOffset(42L);
        sent.setCode(ResponseCode.SUCCESS);
        sent.addExtField(MessageConst.PROPERTY_MSG_REGION, MixAll.DEFAULT_TRACE_REGION_ID);
        sent.addExtField(MessageConst.PROPERTY_TRACE_SWITCH, "true");
        frame(type, "sent", sent, 11);

        RemotingCommand pulled = RemotingCommand.createResponseCommand(PullMessageResponseHeader.class);
        PullMessageResponseHeader pulledHeader = (PullMessageResponseHeader) pulled.readCustomHeader();
        pulledHeader.setSuggestWhichBrokerId(0L);
        pulledHeader.setNextBeginOffset(1_234_568L);
        pulledHeader.setMinOffset(0L);
        pulledHeader.setMaxOffset(1_234_600L);
        pulled.setCode(ResponseCode.SUCCESS);
        pulled.setBody(record(false));
        frame(type, "pulled", pulled, 13);

        RemotingCommand refused = RemotingCommand.createResponseCommand(ResponseCode.TOPIC_NOT_EXIST,
            "No topic route info: \"Größe\"\n\u4f60\u597d \ud83d\ude80");
        frame(type, "refused", refused, 17);
    }

    static String properties() {
        return MessageDecoder.messageProperties2String(message().getProperties());
    }

    static Message message() {
        Message message = new Message("TopicTest", "TagA", "order-1 order-2", 7,
            "Hello RocketMQ".getBytes(StandardCharsets.UTF_8), true);
        message.putUserProperty("colour", "gr\u00fcn \u4f60\u597d");
        message.getProperties().put(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, "0A0000010001AABBCCDD000000010000");
        return message;
    }

    static MessageExtBrokerInner inner(String topic, String host) throws Exception {
        Message message = message();
        MessageExtBrokerInner inner = new MessageExtBrokerInner();
        inner.setTopic(topic);
        inner.setBody(message.getBody());
        inner.setBodyCRC(UtilAll.crc32(message.getBody()));
        inner.setFlag(7);
        inner.setQueueId(3);
        inner.setBornTimestamp(BORN);
        inner.setStoreTimestamp(STORED);
        inner.setBornHost(new InetSocketAddress(InetAddress.getByName(host), 54321));
        inner.setStoreHost(new InetSocketAddress(InetAddress.getByName(host), 10911));
        inner.setReconsumeTimes(2);
        inner.setPreparedTransactionOffset(5L);
        if (host.contains(":")) {
            inner.setBornHostV6Flag();
            inner.setStoreHostAddressV6Flag();
        }
        inner.setVersion(topic.length() > 127 ? MessageVersion.MESSAGE_VERSION_V2 : MessageVersion.MESSAGE_VERSION_V1);
        inner.setPropertiesString(MessageDecoder.messageProperties2String(message.getProperties()));
        return inner;
    }

    /** As the broker's encoder makes it, with the offsets that the log writes into it later. */
    static byte[] stored(MessageExtBrokerInner inner) {
        MessageExtEncoder encoder = new MessageExtEncoder(new MessageStoreConfig());
        if (encoder.encode(inner) != null) throw new IllegalStateException("refused");
        ByteBuffer buffer = encoder.getEncoderBuffer();
        byte[] record = new byte[buffer.getInt(0)];
        buffer.get(0, record);
        ByteBuffer patched = ByteBuffer.wrap(record);
        patched.putLong(20, 42L);
        patched.putLong(28, 100L);
        return record;
    }

    /** As a client encodes a message it holds. */
    static byte[] record(boolean compressed) throws Exception {
        MessageExt message = new MessageExt();
        MessageExtBrokerInner inner = inner("TopicTest", "10.0.0.1");
        message.setTopic(inner.getTopic());
        message.setBody(compressed ? "zip me ".repeat(100).getBytes(StandardCharsets.UTF_8) : inner.getBody());
        message.setSysFlag(compressed ? MessageSysFlag.COMPRESSED_FLAG | MessageSysFlag.COMPRESSION_ZLIB_TYPE : 0);
        message.setQueueId(3);
        message.setFlag(7);
        message.setQueueOffset(42L);
        message.setCommitLogOffset(100L);
        message.setBodyCRC(inner.getBodyCRC());
        message.setBornTimestamp(BORN);
        message.setStoreTimestamp(STORED);
        message.setBornHost(inner.getBornHost());
        message.setStoreHost(inner.getStoreHost());
        message.setReconsumeTimes(2);
        message.setPreparedTransactionOffset(5L);
        MessageAccessor.setProperties(message, MessageDecoder.string2messageProperties(inner.getPropertiesString()));
        return MessageDecoder.encode(message, compressed);
    }

    static void records() throws Exception {
        hex("records", "stored", stored(inner("TopicTest", "10.0.0.1")));
        hex("records", "stored, long topic", stored(inner("T".repeat(200), "10.0.0.1")));
        hex("records", "stored, IPv6", stored(inner("TopicTest", "2001:db8::1")));
        hex("records", "encoded by a client, compressed", record(true));
        byte[] plain = "zip me \u4f60\u597d ".repeat(1000).getBytes(StandardCharsets.UTF_8);
        for (CompressionType type : CompressionType.values()) {
            hex("records", "packed by " + type, CompressorFactory.getCompressor(type).compress(plain, 5));
        }
        byte[] noise = new byte[300];
        new java.util.Random(7).nextBytes(noise);
        hex("records", "noise", noise);
        hex("records", "noise packed by LZ4", CompressorFactory.getCompressor(CompressionType.LZ4).compress(noise, 5));
        Message second = new Message("TopicTest", new byte[0]);
        second.setFlag(-1);
        hex("records", "batch", MessageDecoder.encodeMessages(Arrays.asList(message(), second)));
        text("records", "properties", properties());
    }

    static void ids() throws Exception {
        InetSocketAddress v4 = new InetSocketAddress(InetAddress.getByName("10.0.0.1"), 10911);
        InetSocketAddress v6 = new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 10911);
        text("ids", "offset id, IPv4", MessageDecoder.createMessageId(v4, 123_456_789_012L));
        text("ids", "offset id, IPv6", MessageDecoder.createMessageId(v6, 123_456_789_012L));
        long before = System.currentTimeMillis();
        String unique = MessageClientIDSetter.createUniqID();
        text("ids", "unique id", unique);
        text("ids", "unique id after it", MessageClientIDSetter.createUniqID());
        text("ids", "unique id: ip", MessageClientIDSetter.getIPStrFromID(unique));
        text("ids", "unique id: pid", String.valueOf(MessageClientIDSetter.getPidFromID(unique)));
        text("ids", "unique id: made at", String.valueOf(before));
        text("ids", "unique id: time zone offset in minutes",
            String.valueOf(java.util.TimeZone.getDefault().getOffset(before) / 60_000));
        for (String tag : new String[] {"TagA", "", "gr\u00fcn \u4f60\u597d \ud83d\ude80", "polygenelubricants"}) {
            text("ids", "hash of " + tag, String.valueOf(tag.hashCode()));
        }
    }

    static HeartbeatData heartbeat() throws Exception {
        SubscriptionData subscription = FilterAPI.buildSubscriptionData("TopicTest", "TagA || TagB");
        subscription.setSubVersion(BORN);
        ConsumerData consumer = new ConsumerData();
        consumer.setGroupName("CG");
        consumer.setConsumeType(ConsumeType.CONSUME_PASSIVELY);
        consumer.setMessageModel(MessageModel.CLUSTERING);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET);
        consumer.getSubscriptionDataSet().add(subscription);
        ProducerData producer = new ProducerData();
        producer.setGroupName("PG");
        HeartbeatData heartbeat = new HeartbeatData();
        heartbeat.setClientID("10.0.0.5@4711");
        heartbeat.getConsumerDataSet().add(consumer);
        heartbeat.getProducerDataSet().add(producer);
        return heartbeat;
    }

    static DataVersion dataVersion() {
        DataVersion version = new DataVersion();
        version.setTimestamp(BORN);
        version.setCounter(new java.util.concurrent.atomic.AtomicLong(3));
        return version;
    }

    static TopicConfig topic(String name) {
        TopicConfig topic = new TopicConfig(name, 8, 4, 6);
        topic.getAttributes().put("message.type", "FIFO");
        return topic;
    }

    static RegisterBrokerBody registerBody() {
        RegisterBrokerBody body = new RegisterBrokerBody();
        body.getTopicConfigSerializeWrapper().setDataVersion(dataVersion());
        body.getTopicConfigSerializeWrapper().setMappingDataVersion(dataVersion());
        body.getTopicConfigSerializeWrapper().getTopicConfigTable().put("TopicTest", topic("TopicTest"));
        body.getTopicConfigSerializeWrapper().getTopicConfigTable().put("Other", new TopicConfig("Other"));
        return body;
    }

    static TopicRouteData route() {
        HashMap<Long, String> addresses = new HashMap<>();
        addresses.put(0L, "10.0.0.1:10911");
        addresses.put(1L, "10.0.0.2:10911");
        BrokerData broker = new BrokerData("DefaultCluster", "broker-a", addresses);
        QueueData queue = new QueueData();
        queue.setBrokerName("broker-a");
        queue.setReadQueueNums(8);
        queue.setWriteQueueNums(4);
        queue.setPerm(6);
        TopicRouteData route = new TopicRouteData();
        route.setOrderTopicConf("broker-gr\u00fcn:4");
        route.setBrokerDatas(new ArrayList<>(List.of(broker)));
        route.setQueueDatas(new ArrayList<>(List.of(queue)));
        route.setFilterServerTable(new HashMap<>());
        return route;
    }

    static void body(String name, RemotingSerializable value) {
        text("bodies", name, new String(value.encode(), StandardCharsets.UTF_8));
        // Until 5.3 the peers wrote with fastjson 1.
        text("bodies-fastjson1", name, JSON.toJSONString(value, false));
    }

    static void bodies() throws Exception {
        MessageQueue queue = new MessageQueue("TopicTest", "broker-a", 3);
        body("TopicRouteData", route());
        text("bodies", "TopicRouteData, standard", standard(route()));

        ClusterInfo cluster = new ClusterInfo();
        Map<String, BrokerData> brokers = new HashMap<>();
        brokers.put("broker-a", route().getBrokerDatas().get(0));
        cluster.setBrokerAddrTable(brokers);
        Map<String, java.util.Set<String>> clusters = new HashMap<>();
        clusters.put("DefaultCluster", new HashSet<>(List.of("broker-a")));
        cluster.setClusterAddrTable(clusters);
        body("ClusterInfo", cluster);

        body("HeartbeatData", heartbeat());
        body("RegisterBrokerBody", registerBody());

        ConsumerOffsetSerializeWrapper offsets = new ConsumerOffsetSerializeWrapper();
        ConcurrentMap<Integer, Long> byQueue = new ConcurrentHashMap<>();
        byQueue.put(0, 12L);
        byQueue.put(1, 9L);
        offsets.getOffsetTable().put("TopicTest@CG", byQueue);
        offsets.setDataVersion(dataVersion());
        body("ConsumerOffsetSerializeWrapper", offsets);
        text("bodies", "ConsumerOffsetSerializeWrapper, pretty", offsets.toJson(true));

        TopicConfigSerializeWrapper topics = new TopicConfigSerializeWrapper();
        topics.setDataVersion(dataVersion());
        topics.getTopicConfigTable().put("TopicTest", topic("TopicTest"));
        body("TopicConfigSerializeWrapper", topics);

        SubscriptionGroupWrapper groups = new SubscriptionGroupWrapper();
        SubscriptionGroupConfig group = new SubscriptionGroupConfig();
        group.setGroupName("CG");
        groups.getSubscriptionGroupTable().put("CG", group);
        groups.setDataVersion(dataVersion());
        body("SubscriptionGroupWrapper", groups);

        TopicStatsTable topicStats = new TopicStatsTable();
        TopicOffset offset = new TopicOffset();
        offset.setMinOffset(1);
        offset.setMaxOffset(20);
        offset.setLastUpdateTimestamp(STORED);
        topicStats.getOffsetTable().put(queue, offset);
        body("TopicStatsTable", topicStats);

        ConsumeStats consumeStats = new ConsumeStats();
        OffsetWrapper wrapper = new OffsetWrapper();
        wrapper.setBrokerOffset(20);
        wrapper.setConsumerOffset(15);
        wrapper.setLastTimestamp(STORED);
        consumeStats.getOffsetTable().put(queue, wrapper);
        consumeStats.setConsumeTps(1.5);
        body("ConsumeStats", consumeStats);

        ResetOffsetBody reset = new ResetOffsetBody();
        Map<MessageQueue, Long> resetTable = new HashMap<>();
        resetTable.put(queue, 5L);
        reset.setOffsetTable(resetTable);
        body("ResetOffsetBody", reset);

        LockBatchRequestBody lock = new LockBatchRequestBody();
        lock.setConsumerGroup("CG");
        lock.setClientId("10.0.0.5@4711");
        lock.getMqSet().add(queue);
        body("LockBatchRequestBody", lock);

        KVTable table = new KVTable();
        table.setTable(new HashMap<>(Map.of("putTps", "1.0 2.0 3.0")));
        body("KVTable", table);

        TopicList topicList = new TopicList();
        topicList.setTopicList(new HashSet<>(List.of("TopicTest")));
        body("TopicList", topicList);

        Connection connection = new Connection();
        connection.setClientId("10.0.0.5@4711");
        connection.setClientAddr("10.0.0.5:54321");
        connection.setLanguage(LanguageCode.JAVA);
        connection.setVersion(MQVersion.CURRENT_VERSION);
        ConsumerConnection connections = new ConsumerConnection();
        connections.getConnectionSet().add(connection);
        SubscriptionData subscription = FilterAPI.buildSubscriptionData("TopicTest", "*");
        subscription.setSubVersion(BORN);
        connections.getSubscriptionTable().put("TopicTest", subscription);
        connections.setConsumeType(ConsumeType.CONSUME_PASSIVELY);
        connections.setMessageModel(MessageModel.CLUSTERING);
        connections.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        body("ConsumerConnection", connections);

        ConsumerRunningInfo running = new ConsumerRunningInfo();
        running.getProperties().put("PROP_CONSUME_TYPE", "CONSUME_PASSIVELY");
        running.getSubscriptionSet().add(subscription);
        running.getMqTable().put(queue, new ProcessQueueInfo());
        body("ConsumerRunningInfo", running);

        // The same object twice: fastjson points at the first with $ref.
        Map<String, Object> twice = new TreeMap<>();
        Map<String, Object> shared = new LinkedHashMap<>();
        shared.put("topic", "TopicTest");
        twice.put("first", shared);
        twice.put("second", shared);
        text("bodies-fastjson1", "reference", JSON.toJSONString(twice, false));
        text("bodies-fastjson1", "ConsumerOffsetSerializeWrapper, pretty", JSON.toJSONString(offsets, true));
        text("bodies-fastjson1", "TopicRouteData, standard", JSON.toJSONString(route(),
            SerializerFeature.BrowserCompatible, SerializerFeature.QuoteFieldNames,
            SerializerFeature.SkipTransientField, SerializerFeature.MapSortField));
    }

    /** Bodies with something in every field, so that the names of all fields are seen. */
    static void filledBodies() throws Exception {
        String[] names = {
            "BrokerStatsData", "CheckClientRequestBody", "ConsumeMessageDirectlyResult", "ConsumeStatsList",
            "ConsumerConnection", "ConsumerRunningInfo", "CreateTopicListRequestBody", "GetBrokerMemberGroupResponseBody",
            "GetConsumerStatusBody", "GroupList", "HARuntimeInfo", "LockBatchRequestBody", "LockBatchResponseBody",
            "ProducerConnection", "ProducerTableInfo", "QueryAssignmentRequestBody", "QueryAssignmentResponseBody",
            "QueryConsumeQueueResponseBody", "QueryConsumeTimeSpanBody", "QueryCorrectionOffsetBody",
            "QuerySubscriptionResponseBody", "ResetOffsetBody", "ResetOffsetBodyForC", "SetMessageRequestModeRequestBody",
            "TopicList"
        };
        for (String name : names) fillAndPrint("org.apache.rocketmq.remoting.protocol.body." + name);
        fillAndPrint("org.apache.rocketmq.remoting.protocol.admin.TopicStatsTable");
        fillAndPrint("org.apache.rocketmq.remoting.protocol.admin.ConsumeStats");
        fillAndPrint("org.apache.rocketmq.remoting.protocol.route.TopicRouteData");
        fillAndPrint("org.apache.rocketmq.remoting.protocol.subscription.GroupForbidden");
        fillAndPrint("org.apache.rocketmq.remoting.protocol.header.GetConsumerListByGroupResponseBody");
    }

    static void fillAndPrint(String className) throws Exception {
        Object filled = filled(Class.forName(className), "x");
        text("bodies-filled", filled.getClass().getSimpleName(), RemotingSerializable.toJson(filled, false));
    }

    static Object filled(Type type, String name) throws Exception {
        if (type instanceof ParameterizedType) {
            ParameterizedType generic = (ParameterizedType) type;
            Class<?> raw = (Class<?>) generic.getRawType();
            Type[] of = generic.getActualTypeArguments();
            if (Map.class.isAssignableFrom(raw)) {
                Map<Object, Object> map = raw == TreeMap.class ? new TreeMap<>()
                    : raw.isAssignableFrom(HashMap.class) ? new HashMap<>() : new ConcurrentHashMap<>();
                map.put(filled(of[0], name), filled(of[1], name));
                return map;
            }
            if (List.class.isAssignableFrom(raw)) return new ArrayList<>(List.of(filled(of[0], name)));
            if (raw == java.util.TreeSet.class) return new java.util.TreeSet<>(List.of(filled(of[0], name)));
            return new HashSet<>(List.of(filled(of[0], name)));
        }
        Class<?> plain = (Class<?>) type;
        if (plain == int.class || plain == Integer.class) return 7;
        if (plain == long.class || plain == Long.class) return 8L;
        if (plain == double.class) return 1.5;
        if (plain == boolean.class || plain == Boolean.class) return true;
        if (plain == String.class) return name;
        if (plain == java.util.concurrent.atomic.AtomicLong.class) return new java.util.concurrent.atomic.AtomicLong(9);
        if (plain.isEnum()) return plain.getEnumConstants()[0];
        if (plain == java.util.Properties.class) return new java.util.Properties();
        java.lang.reflect.Constructor<?> constructor = Arrays.stream(plain.getDeclaredConstructors())
            .min(java.util.Comparator.comparingInt(java.lang.reflect.Constructor::getParameterCount)).orElseThrow();
        constructor.setAccessible(true);
        Type[] parameters = constructor.getGenericParameterTypes();
        Object[] arguments = new Object[parameters.length];
        for (int index = 0; index < parameters.length; index++) arguments[index] = filled(parameters[index], name);
        Object bean = constructor.newInstance(arguments);
        for (Class<?> level = plain; level.getName().startsWith("org.apache.rocketmq"); level = level.getSuperclass()) {
            for (Field field : level.getDeclaredFields()) {
                if ((field.getModifiers() & (Modifier.STATIC | Modifier.FINAL)) != 0) continue;
                field.setAccessible(true);
                field.set(bean, filled(field.getGenericType(), field.getName()));
            }
        }
        return bean;
    }

    /** As the name server answers peers of version 401 and up. */
    static String standard(TopicRouteData route) {
        return new String(route.encode(JSONWriter.Feature.BrowserCompatible, JSONWriter.Feature.MapSortField),
            StandardCharsets.UTF_8);
    }
}
