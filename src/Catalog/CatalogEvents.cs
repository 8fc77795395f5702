namespace DataHub.Catalog;

/// <summary>What can happen to a directory entry; stream <c>{hub}/directory/{code with - for /}</c>. Stored for ever: properties are added, never renamed.</summary>
/// <param name="Entry">The whole entry as it now stands.</param>
/// <param name="System">System that registered it.</param>
/// <param name="Organisation">Unified social credit code of the organisation that runs the system.</param>
public abstract record CatalogEvent(CatalogEntry Entry, string System, string Organisation);

/// <summary>An entry was registered for the first time.</summary>
/// <inheritdoc cref="CatalogEvent"/>
public sealed record EntryRegistered(CatalogEntry Entry, string System, string Organisation) : CatalogEvent(Entry, System, Organisation);

/// <summary>An entry was registered again with other content.</summary>
/// <inheritdoc cref="CatalogEvent"/>
public sealed record EntryRevised(CatalogEntry Entry, string System, string Organisation) : CatalogEvent(Entry, System, Organisation);
