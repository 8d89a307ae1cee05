/** Keys that are read, kept and shown, and change nothing: why, and RocketMQ 5.5's own defaults. */
export interface NoEffectGroup {
  /** The sentence for the documentation and for the warning. */
  readonly why: string;
  /** `key=default`, separated by white space. */
  readonly keys: string;
}

/**
 * RocketMQ's settings that mean nothing in this house, so that a broker.conf moves here unedited and `getBrokerConfig`
 * shows what tools expect to find.
 */
export const noEffectGroups: readonly NoEffectGroup[] = [
  {
    why: 'Nothing waits for a thread here: one event loop does the work.',
    keys: `
      pullThreadPoolQueueCapacity=100000 waitTimeMillsInPullQueue=5000 osPageCacheBusyTimeOutMills=1000
      ackMessageThreadPoolNums=16 ackThreadPoolQueueCapacity=100000 adminBrokerThreadPoolNums=16
      adminBrokerThreadPoolQueueCapacity=10000 asyncSendEnable=true clientManageThreadPoolNums=32
      clientManagerThreadPoolQueueCapacity=1000000 consumerManageThreadPoolNums=32
      consumerManagerThreadPoolQueueCapacity=1000000 enableFastChannelEventProcess=false
      endTransactionPoolQueueCapacity=100000 endTransactionThreadPoolNums=12 heartbeatThreadPoolNums=2
      heartbeatThreadPoolQueueCapacity=50000 highSpeedMode=false isolateLogEnable=false
      litePullMessageThreadPoolNums=20 litePullThreadPoolQueueCapacity=100000
      loadBalanceProcessorThreadPoolNums=32 loadBalanceThreadPoolQueueCapacity=100000 popReviveConcurrency=32
      processReplyMessageThreadPoolNums=20 pullMessageThreadPoolNums=20 putMessageFutureThreadPoolNums=2
      putThreadPoolQueueCapacity=10000 queryMessageThreadPoolNums=10 queryThreadPoolQueueCapacity=20000
      recoverConcurrently=false recoverThreadPoolNums=32 replyThreadPoolQueueCapacity=10000
      sendMessageThreadPoolNums=2 transactionCheckRocksdbCoreThreads=2 transactionCheckRocksdbMaxThreads=5
      transactionCheckRocksdbQueueCapacity=2000 waitTimeMillsInAckQueue=3000 waitTimeMillsInAdminBrokerQueue=5000
      waitTimeMillsInHeartbeatQueue=31000 waitTimeMillsInLitePullQueue=5000 waitTimeMillsInTransactionQueue=3000
      batchDispatchRequestThreadPoolNums=16 compactionThreadNum=6 debugLockEnable=false dispatchCqCacheNum=4096
      dispatchCqThreads=10 dispatchFromSenderThread=false enableAsyncReput=true
      enableBuildConsumeQueueConcurrently=false spinLockCollisionRetreatOptimalDegree=1000
      timerEnableDisruptor=false timerGetMessageThreadNum=3 timerPutMessageThreadNum=3
      timerReputServiceCorePoolSize=6 timerReputServiceMaxPoolSize=6 timerReputServiceQueueCapacity=10000
      topicQueueLockNum=32 transientStorePoolSize=5 useABSLock=false useReentrantLockWhenPutMessage=true
      serverAsyncSemaphoreValue=64 serverCallbackExecutorThreads=0 serverNettyWorkerGroupEnable=true
      serverOnewaySemaphoreValue=256 serverSelectorThreads=3 serverWorkerThreads=8 useEpollNativeSelector=false
      clientAsyncSemaphoreValue=65535 clientCallbackExecutorThreads=2 clientOnewaySemaphoreValue=65535
      clientWorkerThreads=4 disableCallbackExecutor=false disableNettyWorkerGroup=false
    `,
  },
  {
    why: 'No memory is mapped: files are written and read by position.',
    keys: `
      cgColdReadThreshold=3145728 coldCtrStrategyEnable=false globalColdReadThreshold=104857600
      transferMsgByHeap=true usePIDColdCtrStrategy=true accessMessageInMemoryHotRatio=26
      cleanSwapedMapInterval=300000 coldDataFlowControlEnable=false coldDataScanEnable=false
      commitCommitLogLeastPages=4 commitCommitLogThoroughInterval=200 commitIntervalCommitLog=200
      commitLogForceSwapMapInterval=43200000 commitLogSwapMapInterval=3600000 commitLogSwapMapReserveFileNum=100
      dataReadAheadEnable=true destroyMapedFileIntervalForcibly=120000 fastFailIfNoBufferInStorePool=false
      flushCommitLogTimed=true flushLeastPagesWhenWarmMapedFile=4096 logicQueueForceSwapMapInterval=43200000
      logicQueueSwapMapInterval=3600000 logicQueueSwapMapReserveFileNum=20 mappedFileSwapEnable=true
      putConsumeQueueDataByFileChannel=true sampleCountThreshold=5000 sampleSteps=32 sharedByteBufferNum=16
      timerColdDataCheckIntervalMs=60000 transientStorePoolEnable=false wakeCommitWhenPutMessage=true
      wakeFlushWhenPutMessage=false warmMapedFileEnable=false writeWithoutMmap=false
      serverPooledByteBufAllocatorEnable=true writeBufferHighWaterMark=0 writeBufferLowWaterMark=0
      clientPooledByteBufAllocatorEnable=false
    `,
  },
  {
    why: 'RocksDB is not used: consume queues, indexes and settings are the classic files.',
    keys: `
      configManagerVersion=v1 popConsumerKVServiceEnable=false popConsumerKVServiceInit=false
      popConsumerKVServiceLog=false useSingleRocksDBForAllConfigs=false
      bottomMostCompressionTypeForConsumeQueueStore=zstd cleanRocksDBDirtyCQIntervalMin=60
      combineAssignOffsetCQType=default combineCQEnableCheckSelf=false
      combineCQLoadingCQTypes=default;defaultRocksDB combineCQMaxExtraSearchCommitLogFiles=3
      combineCQPreferCQType=default combineCQUseRocksdbForLmq=false enableRocksDBLog=false
      indexFileReadEnable=true indexFileWriteEnable=true indexRocksDBEnable=false
      iteratorWhenUseRocksdbConsumeQueue=true maxRocksDBIndexQueryDays=7 memTableFlushIntervalMs=3600000
      realTimePersistRocksDBConfig=true rocksdbCQDoubleWriteEnable=false rocksdbCompressionType=lz4
      rocksdbFlushWalFrequency=1024 rocksdbWalFileRollingThreshold=1073741824 statRocksDBCQIntervalSec=10
      storeType=default timerRocksDBEnable=false timerRocksDBPrecisionMs=1000 timerRocksDBRollIntervalHours=1
      timerRocksDBRollMaxTps=8000.0 timerRocksDBRollRangeHours=2 timerRocksDBStopScan=false
      timerRocksDBTimeExpiredMaxTps=200000.0 transRocksDBEnable=false useSeparateStorePathForRocksdbCQ=false
    `,
  },
  {
    why: 'This release has no slaves, DLedger or controller.',
    keys: `
      brokerElectionPriority=2147483647 brokerHeartbeatInterval=1000 brokerNotActiveTimeoutMillis=10000
      checkSyncStateSetPeriod=5000 controllerAddr= controllerHeartBeatTimeoutMills=10000
      enableControllerMode=false enableRemoteEscape=false enableSlaveActingMaster=false
      fetchControllerAddrByDnsLookup=false lockInStrictMode=false sendHeartbeatTimeoutMillis=1000
      skipPreOnline=false syncBrokerMemberGroupPeriod=1000 syncBrokerMetadataPeriod=5000
      syncControllerMetadataPeriod=10000 allAckInSyncStateSet=false asyncLearner=false duplicationEnable=false
      enableAutoInSyncReplicas=false enableDLegerCommitLog=false haFlowControlEnable=false
      haHousekeepingInterval=20000 haListenPort=10912 haMaxGapNotInSync=268435456 haMaxTimeSlaveNotCatchup=15000
      haSendHeartbeatInterval=5000 haTransferBatchSize=32768 inSyncReplicas=1 maxChecksumRange=1073741824
      maxHaTransferByteInSecond=104857600 maxSlaveResendLength=268435456 minInSyncReplicas=1
      offsetCheckInSlave=false slaveTimeout=3000 syncFromLastFile=false syncMasterFlushOffsetWhenStartup=false
      totalReplicas=1 storePathEpochFile= storePathBrokerIdentity= haMasterAddress= dLegerGroup= dLegerPeers=
      dLegerSelfId= preferredLeaderId=
    `,
  },
  {
    why: 'This release has no POP consumption.',
    keys: `
      defaultMessageRequestMode=PULL
      appendAckAsync=false appendCkAsync=false defaultPopShareQueueNum=-1 enableLitePopLog=false
      enableNotifyAfterPopOrderLockRelease=true enableNotifyBeforePopCalculateLag=true enablePopBatchAck=false
      enablePopBufferMerge=false enablePopLog=false enablePopMessageThreshold=false enablePopMetrics=true
      enableRetryTopicV2=false enableSkipLongAwaitingAck=false initPopOffsetByCheckMsgInMem=true
      maxMessageFilterNumForNotification=64 maxPopPollingSize=100000 popCkMaxBufferSize=200000
      popCkOffsetMaxQueueSize=20000 popCkStayBufferTime=10000 popCkStayBufferTimeOut=3000
      popConsumerFSServiceInit=true popFromRetryProbability=20 popFromRetryProbabilityForPriority=0
      popInflightMessageThreshold=10000 popLongPollingForceNotifyInterval=800 popPollingMapExpireTimeSeconds=600
      popPollingMapSize=100000 popPollingSize=1024 popResponseReturnActualRetryTopic=false
      popReviveMaxAttemptTimes=16 popReviveMaxReturnSizePerRead=16384 popReviveSkipIfGroupAbsent=true
      priorityOrderAsc=true retrieveMessageFromPopRetryTopicV1=true reviveAckWaitMs=180000 reviveInterval=1000
      reviveMaxSlow=3 reviveScanTime=10000 skipWhenCKRePutReachMaxTimes=false useMessageFilterForNotification=true
      useSeparateRetryQueue=false useStaticSubscription=false mapperFileSizeBatchConsumeQueue=13800000
    `,
  },
  {
    why: 'This release has no timer wheel: delay levels work, times of one’s own choice do not.',
    keys: `
      allowRecallWhenBrokerNotWriteable=true recallMessageEnable=false appendTopicForTimerDeleteKey=false
      disappearTimeAfterStart=-1 mappedFileSizeTimerLog=104857600 timerCheckMetricsWhen=05
      timerCongestNumEachSlot=2147483647 timerEnableCheckMetrics=true timerEnableRetryUntilSuccess=false
      timerFlushIntervalMs=1000 timerInterceptDelayLevel=false timerMaxDelaySec=259200
      timerMetricSmallThreshold=1000000 timerPrecisionMs=1000 timerProgressLogIntervalMs=10000
      timerRecallToTimeWheelEnable=true timerRecallToTimelineEnable=true timerRollWindowSlot=172800
      timerSkipUnknownError=false timerStopDequeue=false timerStopEnqueue=false timerWarmEnable=false
      timerWheelEnable=true timerWheelSnapshotFlush=false timerWheelSnapshotIntervalMs=10000
    `,
  },
  {
    why: 'This release has no transactional messages.',
    keys: `
      rejectTransactionMessage=false
      enableTransactionMetrics=true transactionCheckInterval=30000 transactionCheckMax=15
      transactionMetricFlushInterval=10000 transactionOpBatchInterval=3000 transactionOpMsgMaxSize=4096
      transactionTimeOut=6000 transWriteOriginTransHalfEnable=true
    `,
  },
  {
    why: 'This release has no lite topics and no LMQ.',
    keys: `
      enableLiteEventMode=true enableLmqStats=false liteEventCheckInterval=10000
      liteEventFullDispatchDelayTime=10000 liteEventFullDispatchDelayTimeForWildcardGroup=10000
      liteLagCountMetricsEnable=false liteLagLatencyCollectEnable=false liteLagLatencyMetricsEnable=false
      liteLagLatencyTopK=50 liteSubscriptionCheckInterval=120000 liteSubscriptionCheckTimeoutMills=180000
      liteTtlCheckInterval=120000 maxClientEventCount=100 maxLiteSubscriptionCount=100000 minLiteTTl=900000
      enableLmq=false enableLmqQuota=false enableMultiDispatch=false maxLmqConsumeQueueNum=20000
    `,
  },
  {
    why: 'This release has no authentication.',
    keys: `
      aclEnable=false aclCacheExpiredSecond=600 aclCacheMaxNum=1000 aclCacheRefreshSecond=60
      authenticationEnabled=false authorizationEnabled=false migrateAuthFromV1Enabled=false
      statefulAuthenticationCacheExpiredSecond=60 statefulAuthenticationCacheMaxNum=10000
      statefulAuthorizationCacheExpiredSecond=60 statefulAuthorizationCacheMaxNum=10000 userCacheExpiredSecond=600
      userCacheMaxNum=1000 userCacheRefreshSecond=60 authenticationProvider= authenticationMetadataProvider=
      authenticationStrategy= authenticationWhitelist= initAuthenticationUser=
      innerClientAuthenticationCredentials= authorizationProvider= authorizationMetadataProvider=
      authorizationStrategy= authorizationWhitelist= authConfigPath=
    `,
  },
  {
    why: 'Metrics are exported by a later release.',
    keys: `
      accountStatsEnable=true accountStatsPrintZeroValues=true autoDeleteUnusedStats=true commercialBaseCount=1
      commercialSizePerMsg=4096 enableConnectionMetrics=true enableDetailStat=true enableLagAndDlqMetrics=true
      enableMessageStoreMetrics=true enableRemotingMetrics=true enableRequestMetrics=true enableStatsMetrics=true
      maxStatsIdleTimeInMinutes=-1 metricGrpcExporterIntervalInMills=60000 metricGrpcExporterTimeOutInMills=3000
      metricLoggingExporterIntervalInMills=10000 metricsExportBatchMaxDataPoints=1000 metricsExporterType=DISABLE
      metricsGrpcExporterHeader= metricsGrpcExporterTarget= metricsInDelta=false metricsLabel=
      metricsOtelCardinalityLimit=50000 metricsPromExporterHost= metricsPromExporterPort=5557
      printChannelGroups=false printChannelGroupsMinNum=5 enableScheduleMessageStats=true
    `,
  },
  {
    why: 'Topics are not compacted here.',
    keys: `
      compactionCqMappedFileSize=10485760 compactionMappedFileSize=104857600 compactionScheduleInternal=900000
      enableCompaction=true maxOffsetMapSize=104857600
    `,
  },
  {
    why: 'Kept below storePathRootDir.',
    keys: `
      brokerConfigPath= rocketmqHome= storePathDLedgerCommitLog= readOnlyCommitLogStorePaths=
      storePathConsumeQueue= storePathIndex= storeCheckpoint= abortFile=
    `,
  },
  {
    why: 'Nothing here corresponds to it.',
    keys: `
      subscriptionExpiredTimeout=600000 enableBroadcastOffsetStore=true broadcastOffsetExpireSecond=120
      filterSupportRetry=false enablePropertyFilter=false maxTopicLength=127 pullBatchMaxMessageCount=160
      broadcastOffsetExpireMaxSecond=300 cleanOfflineBrokerInterval=30000 compatibleWithOldNameSrv=true
      consumerFallbehindThreshold=17179869184 disableConsumeIfConsumerReadSlowly=false
      enableCalcFilterBitMap=false enableNetWorkFlowControl=false enableRegisterProducer=true
      enableSingleTopicRegister=false enableSplitMetadata=true enableSplitRegistration=false
      estimateAccumulation=true expectConsumerNumUseFilter=32 fetchNameSrvAddrByDnsLookup=false
      fetchNamesrvAddrByAddressServer=false fetchNamesrvAddrInterval=10000 filterDataCleanTimeSpan=86400000
      flushConsumerOffsetHistoryInterval=60000 forwardTimeout=3000 isBrokerContainer=false
      isInBrokerContainer=false loadBalancePollNameServerInterval=30000 maxErrorRateOfBloomFilter=20
      messageStorePlugIn= persistConsumerOffsetIncrementally=false realTimeNotifyConsumerChange=true
      splitMetadataSize=2000 splitRegistrationSize=800 updateNameServerAddrPeriod=120000
      autoMessageVersionOnTopicLen=true bitMapLengthConsumeQueueExt=64 checkCommitLogOffsetOnRecover=false
      commitLogRecoverMaxNum=10 correctLogicMinOffsetForceInterval=300000 correctLogicMinOffsetSleepInterval=1
      deleteConsumeQueueFilesInterval=100 diskFallRecorded=true enableAcceleratedRecovery=false
      enableBatchPush=false enableCleanExpiredOffset=false enableConsumeQueueExt=false
      enableLogConsumeQueueRepeatedlyBuildWhenRecover=false enableRunningFlagsInFlush=false
      enableScheduleAsyncDeliver=false enabledAppendPropCRC=false flushConsumeQueueLeastPages=2
      flushConsumeQueueThoroughInterval=60000 forceVerifyPropCRC=false logicalDiskSpaceCleanForciblyThreshold=0.8
      mappedFileSizeConsumeQueueExt=50331648 maxBatchDeleteFilesNum=50 maxConsumeQueueScan=20000
      maxFilterMessageSize=16000 maxMsgsNumBatch=64 maxRecoveryCommitlogFiles=30 messageIndexSafe=false
      putMessageTimeout=8000 putMsgIndexHightWater=600000 readUnCommitted=false recheckReputOffsetFromCq=false
      replicasPerDiskPartition=1 scheduleAsyncDeliverMaxPendingLimit=2000
      scheduleAsyncDeliverMaxResendNum2Blocked=3 searchBcqByCacheEnable=true travelCqFileNumWhenGetMessage=1
      enableShutdownGracefully=false serverSocketBacklog=1024 serverSocketRcvBufSize=0 serverSocketSndBufSize=0
      shutdownWaitTimeSeconds=30 channelNotActiveInterval=60000 clientChannelMaxIdleTimeSeconds=120
      clientCloseSocketIfTimeout=true clientSocketRcvBufSize=0 clientSocketSndBufSize=0 connectTimeoutMillis=3000
      enableReconnectForGoAway=true isScanAvailableNameSrv=true maxReconnectIntervalTimeSeconds=60
      socksProxyConfig={} useTLS=false rmqAddressServerDomain= rmqAddressServerSubGroup=
    `,
  },
];

/** Default by key of everything without effect. */
export const noEffectKeys: ReadonlyMap<string, { readonly standard: string; readonly why: string }> = new Map(
  noEffectGroups.flatMap(({ why, keys }) =>
    keys
      .trim()
      .split(/\s+/)
      .map((word): [string, { standard: string; why: string }] => {
        const equals = word.indexOf('=');
        return [word.slice(0, equals), { standard: word.slice(equals + 1), why }];
      }),
  ),
);
