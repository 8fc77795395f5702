namespace DataHub.Town.Entities;

/// <summary>What the entities of the town do. Some scopes hold commas, quotation marks and line breaks, as copied from word processors.</summary>
internal static class Trades
{
    public static readonly Trade[] OfCompanies =
    [
        new("电气", "C3823", "高低压电器、配电开关控制设备制造、加工、销售；货物进出口。"),
        new("机械", "C3464", "机械设备及配件制造、销售。\r\n（依法须经批准的项目，经相关部门批准后方可开展经营活动）"),
        new("建筑工程", "E4710", "房屋建筑工程施工, 市政工程施工, 装饰工程施工"),
        new("贸易", "F5199", "日用百货、五金交电、\"清河\"牌文具的批发与零售"),
        new("信息技术", "I6513", "软件开发；信息系统集成服务；数据处理服务。"),
        new("物流", "G5810", "普通货物道路运输；仓储服务(不含危险化学品)。"),
        new("食品", "C1432", "食品生产；食品销售。"),
        new("服饰", "C1819", "服装、鞋帽制造与销售。"),
        new("环保科技", "N7723", "污水处理及其再生利用, 环保设备研发"),
        new("物业服务", "K7020", "物业管理；停车场服务；家政服务。"),
    ];

    public static readonly Trade[] OfSoleTraders =
    [
        new("小吃店", "H6291", "餐饮服务。"),
        new("理发店", "O8040", "理发及美容服务。"),
        new("便利店", "F5212", "食品销售, 烟草制品零售, 日用百货零售"),
        new("五金店", "F5251", "五金零售。"),
        new("水果店", "F5223", "果品、蔬菜零售。"),
        new("汽车修理部", "O8111", "机动车维修。"),
        new("服装店", "F5232", "服装零售。"),
        new("面馆", "H6210", "餐饮服务（\"小餐饮\"）。"),
    ];

    public static readonly Trade[] OfInstitutions =
    [
        new("实验小学", "P8321", "实施小学义务教育，促进基础教育发展。"),
        new("初级中学", "P8331", "实施初中义务教育。"),
        new("幼儿园", "P8310", "实施学前教育。"),
        new("社区卫生服务中心", "Q8421", "提供基本医疗与公共卫生服务。"),
        new("文化站", "R8870", "组织群众文化活动。"),
        new("养老服务中心", "Q8514", "为老年人提供养老服务。"),
    ];
}
