using DataHub.TestKit;

namespace DataHub.EventStore.Tests.Marten;

public sealed class MartenLayoutTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Theory]
    [InlineData(
        "mt_streams",
        "id character varying NO -; type character varying YES -; version bigint YES -; timestamp timestamp with time zone NO now(); "
        + "created timestamp with time zone NO now(); tenant_id character varying YES '*DEFAULT*'::character varying; is_archived boolean YES false")]
    [InlineData(
        "mt_events",
        "seq_id bigint NO -; id uuid NO -; stream_id character varying YES -; version bigint NO -; data jsonb NO -; bdata bytea YES -; "
        + "type character varying(500) NO -; timestamp timestamp with time zone NO -; tenant_id character varying YES '*DEFAULT*'::character varying; "
        + "mt_dotnet_type character varying YES -; correlation_id character varying YES -; causation_id character varying YES -; headers jsonb YES -; "
        + "is_archived boolean YES false")]
    [InlineData("mt_event_progression", "name character varying NO -; last_seq_id bigint YES -; last_updated timestamp with time zone YES transaction_timestamp()")]
    [InlineData(
        "mt_high_water_skips",
        "ending_sequence bigint NO -; starting_sequence bigint NO -; timestamp timestamp with time zone YES transaction_timestamp()")]
    public async Task Columns_OfEachTable_AreMartens(string table, string expected)
    {
        var columns = await Database.SuperuserAsync($"""
            select string_agg(column_name || ' ' || data_type || coalesce('(' || character_maximum_length || ')', '') || ' ' || is_nullable || ' '
                   || coalesce(column_default, '-'), '; ' order by ordinal_position)
            from information_schema.columns where table_schema = 'datahub' and table_name = '{table}'
            """);
        Assert.Equal(expected, columns);
    }

    [Fact]
    public async Task Constraints_OfEachTable_HaveMartensNames()
    {
        var constraints = await Database.SuperuserAsync("""
            select string_agg(conname || ': ' || pg_get_constraintdef(oid), '; ' order by conname)
            from pg_constraint where conrelid::regclass::text in ('datahub.mt_streams', 'datahub.mt_events', 'datahub.mt_event_progression', 'datahub.mt_high_water_skips')
            """);
        Assert.Equal(
            "fkey_mt_events_stream_id: FOREIGN KEY (stream_id) REFERENCES datahub.mt_streams(id) ON DELETE CASCADE; "
            + "pk_mt_event_progression: PRIMARY KEY (name); pkey_mt_events_seq_id: PRIMARY KEY (seq_id); "
            + "pkey_mt_high_water_skips_ending_sequence: PRIMARY KEY (ending_sequence); pkey_mt_streams_id: PRIMARY KEY (id)",
            constraints);
        Assert.Equal(
            "CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON datahub.mt_events USING btree (stream_id, version)",
            await Database.SuperuserAsync("select indexdef from pg_indexes where indexname = 'pk_mt_events_stream_and_version'"));
    }

    [Fact]
    public async Task Sequence_OfEvents_IsOwnedByTheColumnAndNotCached()
    {
        Assert.Equal("datahub.mt_events_sequence", await Database.SuperuserAsync("select pg_get_serial_sequence('datahub.mt_events', 'seq_id')"));
        Assert.Equal(1L, await Database.SuperuserAsync("select cache_size from pg_sequences where sequencename = 'mt_events_sequence'"));
    }

    [Fact]
    public async Task AppendAsync_Rows_CarryWhatMartenNeeds()
    {
        await Store.AppendAsync([Granted("s/a", 0), Granted("s/a", 0)], cancellationToken: Token);
        Assert.Equal(
            """s/a permit 2 *DEFAULT* f""",
            await Database.SuperuserAsync("select concat_ws(' ', id, type, version, tenant_id, is_archived) from datahub.mt_streams"));
        Assert.Equal(
            """permit_granted DataHub.EventStore.Tests.PermitGranted, DataHub.EventStore.Tests *DEFAULT* f {"Kind": 1, "Level": 1, "Holder": "p"}""",
            await Database.SuperuserAsync("select concat_ws(' ', type, mt_dotnet_type, tenant_id, is_archived, data) from datahub.mt_events limit 1"));
    }
}
