using System.Collections.Frozen;

namespace DataHub.Ledger.Auditing;

/// <summary>What an audit can find. Names stand in reports and scripts: permanent, never reused.</summary>
public static class AuditCode
{
    /// <summary>The leaf is not the one that was hashed into the sequence.</summary>
    public const string LeafChanged = "LEAF_CHANGED";

    /// <summary>What the leaf holds is not what its root says.</summary>
    public const string LeafContentChanged = "LEAF_CONTENT_CHANGED";

    /// <summary>The sequence names a leaf that is not there.</summary>
    public const string LeafMissing = "LEAF_MISSING";

    /// <summary>Places of the sequence are empty.</summary>
    public const string LeafRemoved = "LEAF_REMOVED";

    /// <summary>A place of the sequence is taken twice, or out of order.</summary>
    public const string LeafInserted = "LEAF_INSERTED";

    /// <summary>The leaf's time does not lie between the heads around it: it was put in later, or its clock was wrong.</summary>
    public const string LeafTime = "LEAF_TIME";

    /// <summary>Somewhere in this range a leaf was changed, removed, inserted or moved, and the sequence made to match; only the signed root tells.</summary>
    public const string TreeChanged = "TREE_CHANGED";

    /// <summary>Two leaves changed places, and the sequence was made to match.</summary>
    public const string LeavesSwapped = "LEAVES_SWAPPED";

    /// <summary>Leaves under no head, though the export was said to end at one.</summary>
    public const string LeafUncovered = "LEAF_UNCOVERED";

    /// <summary>There is no head, so that nobody vouches for anything.</summary>
    public const string HeadsNone = "HEADS_NONE";

    /// <summary>A head that is no head, or one of another hub.</summary>
    public const string HeadForm = "HEAD_FORM";

    /// <summary>A head whose signer no pinned root vouches for, or whose signature is not the signer's.</summary>
    public const string HeadSignature = "HEAD_SIGNATURE";

    /// <summary>A head that does not name the head before it: one was removed, replaced or inserted.</summary>
    public const string HeadChain = "HEAD_CHAIN";

    /// <summary>A head with fewer leaves than the one before.</summary>
    public const string HeadShrinks = "HEAD_SHRINKS";

    /// <summary>A head older than the one before.</summary>
    public const string HeadTime = "HEAD_TIME";

    /// <summary>A head kept elsewhere cannot be believed.</summary>
    public const string WitnessInvalid = "WITNESS_INVALID";

    /// <summary>A head kept elsewhere is larger than the history: it was cut back.</summary>
    public const string HistoryTruncated = "HISTORY_TRUNCATED";

    /// <summary>A head kept elsewhere has another root for the same size: the history was rewritten.</summary>
    public const string HistoryRewritten = "HISTORY_REWRITTEN";

    /// <summary>A head kept elsewhere is not among the heads, though the leaves agree.</summary>
    public const string WitnessHeadRemoved = "WITNESS_HEAD_REMOVED";

    /// <summary>An event's data are not those that were hashed.</summary>
    public const string EventChanged = "EVENT_CHANGED";

    /// <summary>A leaf names an event that is not there.</summary>
    public const string EventMissing = "EVENT_MISSING";

    /// <summary>An event that no leaf names.</summary>
    public const string EventNotLedgered = "EVENT_NOT_LEDGERED";

    /// <summary>An event that two leaves name.</summary>
    public const string EventTwice = "EVENT_TWICE";

    /// <summary>The export cannot be read to its end.</summary>
    public const string ExportDamaged = "EXPORT_DAMAGED";

    private static readonly FrozenDictionary<string, string> Chinese = new Dictionary<string, string>
    {
        [LeafChanged] = "存证叶被修改",
        [LeafContentChanged] = "存证叶内容被修改",
        [LeafMissing] = "存证叶缺失",
        [LeafRemoved] = "存证序列有缺号",
        [LeafInserted] = "存证序列重号或乱序",
        [LeafTime] = "存证叶时间与前后树头不符",
        [TreeChanged] = "树根不符：此范围内的存证叶被改、删、插或移动",
        [LeavesSwapped] = "两个存证叶被互换",
        [LeafUncovered] = "存证叶未被任何树头覆盖",
        [HeadsNone] = "没有树头",
        [HeadForm] = "树头格式错误或属于其他枢纽",
        [HeadSignature] = "树头签名或证书无效",
        [HeadChain] = "树头链断裂",
        [HeadShrinks] = "树头变小",
        [HeadTime] = "树头时间倒退",
        [WitnessInvalid] = "见证树头不可信",
        [HistoryTruncated] = "历史被截断",
        [HistoryRewritten] = "历史被改写",
        [WitnessHeadRemoved] = "见证过的树头被删除",
        [EventChanged] = "事件数据被修改",
        [EventMissing] = "事件缺失",
        [EventNotLedgered] = "事件未存证",
        [EventTwice] = "事件重复存证",
        [ExportDamaged] = "导出文件损坏",
    }.ToFrozenDictionary();

    /// <summary>All codes.</summary>
    internal static IEnumerable<string> All => Chinese.Keys;

    /// <summary>A code in Chinese.</summary>
    /// <param name="code">One of the codes.</param>
    internal static string InChinese(string code) => Chinese[code];
}
